/** Names for zones that do not exist. In: a number; out: a name in both languages that says so, each number its own. */

const FIRST = [
  "Suối",
  "Đồi",
  "Đầm",
  "Gò",
  "Bến",
  "Ghềnh",
  "Khe",
  "Lũng",
  "Mỏm",
  "Nương",
  "Rạch",
  "Trảng",
  "Vạt",
  "Vịnh",
];
const SECOND = [
  "Biếc",
  "Chuông",
  "Đàn",
  "Gấm",
  "Hạc",
  "Khói",
  "Lụa",
  "Mực",
  "Ngói",
  "Nhạn",
  "Quạt",
  "Rêu",
  "Sáo",
  "Sen Cạn",
  "Sương",
  "Tơ",
  "Trăng",
  "Vải",
  "Vàng Anh",
  "Vỏ Sò",
  "Đom Đóm",
  "Bông Lau",
  "Cánh Diều",
  "Chim Sâu",
  "Giấy",
  "Hoa Giấy",
];

export const MOST_NAMES = FIRST.length * SECOND.length;

/**
 * Neighbours in the list get names that differ in both words.
 * @param index 0 … MOST_NAMES - 1; beyond it names get a number
 * @param offset where in the list to begin
 */
export function inventedName(index: number, offset = 0): { vi: string; en: string } {
  const round = Math.floor(index / MOST_NAMES);
  const place = (index + offset) % MOST_NAMES;
  const first = FIRST[place % FIRST.length];
  const second = SECOND[(place + Math.floor(place / FIRST.length)) % SECOND.length];
  const name = `${first} ${second}${round === 0 ? "" : ` ${round + 1}`}`;
  return { vi: `KCN Mô phỏng ${name}`, en: `${withoutMarks(name)} Simulated IZ` };
}

/** Latin letters without diacritics, as in English names and ids. */
export function withoutMarks(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D");
}

/** `Bà Rịa - Vũng Tàu` to `ba-ria-vung-tau`. */
export function slugOf(text: string): string {
  return withoutMarks(text)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
}
