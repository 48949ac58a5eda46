/** The loggers' text files: names, content in all the shapes seen, what is wrong with them; and printing them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isParameterKey, parameterNamed, parameters } from "#shared/parameter/parameter.ts";
import type { DeviceStatus, Reading } from "#shared/reading/sample.ts";
import { createInstantResolver } from "#shared/time/local-instant.ts";
import { createLocalTime } from "#shared/time/local-time.ts";
import { parseTxtName } from "#shared/txt/file-name.ts";
import { localDigitsAt } from "#shared/txt/local-digits.ts";
import { parseTxt, type TxtForm } from "#shared/txt/parse-txt.ts";
import { plainNumber, printTxt } from "#shared/txt/print-txt.ts";
import { createSymbolReader, createSymbolWriter } from "#shared/txt/symbols.ts";
import { samplesOfTxt, type TxtMeaning } from "#shared/txt/txt-samples.ts";

const ZONE = "Asia/Ho_Chi_Minh";
const form: TxtForm = { separator: "\t", decimal: ".", instantOf: createInstantResolver(ZONE, "refuse") };
const utc = (iso: string) => Date.parse(`${iso}Z`);

describe("file names", () => {
  const name = (text: string) => {
    const found = parseTxtName(text);
    if (found === undefined) return undefined;
    const { year, month, day, hour, minute, second } = found.local;
    return `${found.prefix} ${[year, month, day, hour, minute, second].join(" ")}`;
  };
  it.each<[file: string, read: string | undefined]>([
    ["HN_ABCD_NUO001_20260101120000.txt", "HN_ABCD_NUO001 2026 1 1 12 0 0"],
    ["BL_TT47_NN_202601011200.txt", "BL_TT47_NN 2026 1 1 12 0 0"],
    ["NT_01_A_B_20260101120059.TXT", "NT_01_A_B 2026 1 1 12 0 59"],
    ["KCNDiemThuy20170228145700.txt", "KCNDiemThuy 2017 2 28 14 57 0"],
    ["NT0120170228145700.txt", "NT01 2017 2 28 14 57 0"],
    ["NT01201702281457.txt", "NT01 2017 2 28 14 57 0"],
    ["SIM_S1_sim-p_sim-s1_20261123100000.txt", "SIM_S1_sim-p_sim-s1 2026 11 23 10 0 0"],
    ["HN_ABCD_NUO001_20260230120000.txt", undefined],
    ["HN_ABCD_NUO001_20260101250000.txt", undefined],
    ["20260101120000.txt", undefined],
    ["HN_ABCD_NUO001.txt", undefined],
    ["HN_ABCD_NUO001_20260101120000.txt.tmp", undefined],
    ["README.txt", undefined],
  ])("%s", (file, read) => {
    expect(name(file)).toBe(read);
  });
});

/** Tabs as `>`; everything as one text a row. */
const rowsOf = (text: string | Buffer, changed: Partial<TxtForm> = {}) => {
  const bytes = typeof text === "string" ? Buffer.from(text.replaceAll(">", "\t")) : text;
  const { rows, faults } = parseTxt(bytes, { ...form, ...changed });
  return [
    ...rows.map(
      (row) =>
        `${row.line} ${row.symbol} ${row.value} [${row.unit}] ${new Date(row.time).toISOString()} ${row.status}`,
    ),
    ...faults.map((fault) => `${fault.line} ! ${fault.message}`),
  ];
};
const T = "20260101120000";
const PH = `pH>7.1>>${T}>00`;
const COD = `COD>31.5>mg/L>${T}>00`;
const readPh = (line = 1) => `${line} pH 7.1 [] 2026-01-01T05:00:00.000Z 00`;
const readCod = (line: number) => `${line} COD 31.5 [mg/L] 2026-01-01T05:00:00.000Z 00`;

describe("content", () => {
  it.each<[what: string, text: string | Buffer, rows: string[]]>([
    ["CRLF", `${PH}\r\n${COD}\r\n`, [readPh(), readCod(2)]],
    ["LF", `${PH}\n${COD}\n`, [readPh(), readCod(2)]],
    ["no last line end", `${PH}\r\n${COD}`, [readPh(), readCod(2)]],
    ["a BOM", `\uFEFF${PH}\n`, [readPh()]],
    ["empty lines", `\n${PH}\n\n\r\n${COD}\n\n`, [readPh(2), readCod(5)]],
    ["one line", `${PH}>${COD}`, [readPh(), readCod(1)]],
    ["two to a line, then one", `${PH}>${COD}\n${PH}`, [readPh(), readCod(1), readPh(2)]],
    ["separators at the end", `${PH}>\n${COD}>>\n`, [readPh(), readCod(2)]],
    ["12 digits", "pH>7.1>->202601011200>00", ["1 pH 7.1 [-] 2026-01-01T05:00:00.000Z 00"]],
    [
      "°C of an old Windows",
      Buffer.from(`Temp\t28.9\t\xb0C\t${T}\t00`, "latin1"),
      ["1 Temp 28.9 [°C] 2026-01-01T05:00:00.000Z 00"],
    ],
    ["--- and 02", `COD>--->mg/L>${T}>02`, ["1 COD null [mg/L] 2026-01-01T05:00:00.000Z 02"]],
    ["empty and 02", `COD>>mg/L>${T}>02`, ["1 COD null [mg/L] 2026-01-01T05:00:00.000Z 02"]],
    ["0.00 and 02", `Flow_IN>0.00>m3/h>${T}>02`, ["1 Flow_IN null [m3/h] 2026-01-01T05:00:00.000Z 02"]],
    ["any word and 02", `COD>ERR>mg/L>${T}>02`, ["1 COD null [mg/L] 2026-01-01T05:00:00.000Z 02"]],
    ["--- and 00", `COD>--->mg/L>${T}>00`, ["1 COD null [mg/L] 2026-01-01T05:00:00.000Z 00"]],
    ["01", `COD>250>mg/L>${T}>01`, ["1 COD 250 [mg/L] 2026-01-01T05:00:00.000Z 01"]],
    ["a private 03", `COD>31.5>mg/L>${T}>03`, ["1 COD 31.5 [mg/L] 2026-01-01T05:00:00.000Z 03"]],
    [
      "several times",
      `${PH}\npH>7.2>>20260101120500>00`,
      [readPh(), "2 pH 7.2 [] 2026-01-01T05:05:00.000Z 00"],
    ],
    ["nothing", "", ["1 ! expected lines of symbol, value, unit, time and status, found none"]],
    [
      "a decimal comma",
      `${PH}\nCOD>31,5>mg/L>${T}>00`,
      [readPh(), '2 ! COD: expected a number with the decimal mark . or ---, found "31,5"'],
    ],
    [
      "a word",
      `COD>high>mg/L>${T}>00\n${PH}`,
      [readPh(2), '1 ! COD: expected a number with the decimal mark . or ---, found "high"'],
    ],
    ["1e999", `COD>1e999>mg/L>${T}>00`, ['1 ! COD: expected a number, found "1e999"']],
    [
      "no such day",
      `COD>1>mg/L>20260230120000>00`,
      ['1 ! COD: expected a time yyyyMMddHHmmss or yyyyMMddHHmm, found "20260230120000"'],
    ],
    ["a status of one digit", `COD>1>mg/L>${T}>0`, ['1 ! COD: expected a status of two digits, found "0"']],
    ["no symbol", `>1>mg/L>${T}>00`, [`1 ! expected a symbol, found none before "1" "mg/L" "${T}" "00"`]],
    [
      "a torn end",
      `${PH}\nCOD>31.5>mg/`,
      [readPh(), '2 ! expected symbol, value, unit, time and status, found "COD" "31.5" "mg/"'],
    ],
    [
      "no status",
      `${PH}\nCOD>31.5>mg/L>${T}`,
      [readPh(), `2 ! expected symbol, value, unit, time and status, found "COD" "31.5" "mg/L" "${T}"`],
    ],
    [
      "a field too few in the middle",
      `${PH}>TSS>12>${COD}`,
      [readPh(), readCod(1), '1 ! expected symbol, value, unit, time and status, found "TSS" "12"'],
    ],
  ])("%s", (_, text, rows) => {
    expect(rowsOf(text)).toEqual(rows);
  });

  it("has another decimal mark and separator only where told so", () => {
    expect(rowsOf(`COD>31,5>mg/L>${T}>00`, { decimal: "," })).toEqual([readCod(1)]);
    expect(rowsOf(`COD>31.5>mg/L>${T}>00`, { decimal: "," })[0]).toContain("decimal mark ,");
    expect(rowsOf(`COD;31.5;mg/L;${T};00`, { separator: ";" })).toEqual([readCod(1)]);
    expect(rowsOf(`COD;31.5;mg/L;${T};00`)[0]).toContain("expected symbol, value");
  });

  it("never throws and takes time in proportion, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { rows, faults } = parseTxt(Buffer.from(bytes), form);
        expect(rows.length + faults.length).toBeGreaterThanOrEqual(bytes.every((byte) => byte < 33) ? 0 : 1);
      }),
    );
    for (const piece of ["1", "\t", "a\t", `${T}\t`, `pH\t7\t\t${T}\t00\t`, "\n", "\0"]) {
      const from = performance.now();
      const { faults } = parseTxt(Buffer.from(`${piece.repeat(1_000_000 / piece.length)}x`), form);
      expect(performance.now() - from, JSON.stringify(piece)).toBeLessThan(2_000);
      expect(faults.length).toBeLessThanOrEqual(100);
    }
  });
});

describe("samples", () => {
  const meaning: TxtMeaning = { parameterOf: createSymbolReader() };
  const samples = (text: string, changed: Partial<TxtMeaning> = {}) => {
    const content = parseTxt(Buffer.from(text.replaceAll(">", "\t")), form);
    const found = samplesOfTxt(content, { ...meaning, ...changed });
    return {
      samples: found.samples.map(({ time, readings }) => [
        new Date(time).toISOString(),
        Object.fromEntries(readings),
      ]),
      faults: found.faults.map((fault) => `${fault.line} ${fault.message}`),
    };
  };
  const one = (line: string, changed?: Partial<TxtMeaning>) => {
    const { samples: found, faults } = samples(line, changed);
    return faults[0] ?? found[0]?.[1];
  };

  it("are one a time, in the order of the file", () => {
    expect(samples(`pH>7>>20260101120500>00\npH>6>>${T}>00\nCOD>9>mg/l>20260101120500>01`)).toEqual({
      samples: [
        [
          "2026-01-01T05:05:00.000Z",
          { ph: { value: 7, status: "measuring" }, cod: { value: 9, status: "calibrating" } },
        ],
        ["2026-01-01T05:00:00.000Z", { ph: { value: 6, status: "measuring" } }],
      ],
      faults: [],
    });
  });

  it.each<[line: string, reading: unknown]>([
    [`Temp>28>oC>${T}>00`, { temp: { value: 28, status: "measuring" } }],
    [`TEMP>28>C>${T}>00`, { temp: { value: 28, status: "measuring" } }],
    [`FLOW>28>m3/h>${T}>00`, { flow: { value: 28, status: "measuring" } }],
    [`FlowOut>28>m3/h>${T}>00`, { flow: { value: 28, status: "measuring" } }],
    [`Flow_IN>28>m3/h>${T}>00`, { flow_in: { value: 28, status: "measuring" } }],
    [`Flow>10>l/s>${T}>00`, { flow: { value: 10, status: "measuring", unit: "l/s" } }],
    [`Flow>10>m3/L>${T}>00`, '1 Flow: expected m³/h or a unit that converts, found "m3/L"'],
    [`Flow>10>m3/L>${T}>02`, { flow: { value: null, status: "fault" } }],
    [`COD>1>->${T}>00`, { cod: { value: 1, status: "measuring" } }],
    [`COD>1>>${T}>03`, { cod: { value: 1, status: "calibrating" } }],
    [`COD>1>>${T}>77`, { cod: { value: 1, status: "calibrating" } }],
    [`PM2,5>1>ug/m3>${T}>00`, { pm2_5: { value: 1, status: "measuring" } }],
    [`%%%>1>>${T}>00`, '1 expected a symbol that can name a parameter, found "%%%"'],
    [`time>1>>${T}>00`, '1 expected a symbol that can name a parameter, found "time"'],
    [`COD>1>>${T}>00\ncod>1>>${T}>00`, { cod: { value: 1, status: "measuring" } }],
    [`COD>1>>${T}>00\ncod>2>>${T}>00`, "2 cod: expected cod once a time, found it again with other figures"],
  ])("%s", (line, reading) => {
    expect(one(line)).toEqual(reading);
  });

  it("follow a station's own symbols, units and states", () => {
    const own = {
      parameterOf: createSymbolReader({ Q: "flow", flow: "flow_in" }),
      units: { flow: "m3/h" },
      statuses: { "03": "fault" as const },
    };
    expect(one(`Q>10>m3/L>${T}>00`, own)).toEqual({ flow: { value: 10, status: "measuring" } });
    expect(one(`FLOW>10>m3/h>${T}>03`, own)).toEqual({ flow_in: { value: null, status: "fault" } });
    expect(one(`Q>10>m3/h>${T}>02`, own)).toEqual({ flow: { value: null, status: "fault" } });
  });
});

describe("printing", () => {
  const local = createLocalTime(ZONE);
  const print = (readings: readonly Pick<Reading, "parameter" | "value" | "status">[], noValue = "---") =>
    printTxt(readings, { digits: T, symbolOf: createSymbolWriter({ Q: "flow" }), noValue });

  it("is one line a parameter: TAB, CRLF, point, 00 01 02 only", () => {
    const text = print([
      { parameter: "ph", value: 7.1, status: "measuring" },
      { parameter: "flow", value: 1e-7, status: "calibrating" },
      { parameter: "cod", value: null, status: "fault" },
      { parameter: "pm2_5", value: 3, status: "measuring" },
    ]);
    expect(text).toBe(
      `pH\t7.1\t\t${T}\t00\r\nQ\t0.0000001\tm3/h\t${T}\t01\r\nCOD\t---\tmg/L\t${T}\t02\r\npm2_5\t3\t\t${T}\t00\r\n`,
    );
    expect(print([{ parameter: "cod", value: null, status: "fault" }], "0")).toBe(
      `COD\t0\tmg/L\t${T}\t02\r\n`,
    );
  });

  it("writes the whole number without exponent", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(plainNumber(value)).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(plainNumber(value))).toBe(value + 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read back as it was", () => {
    const key = fc.oneof(
      fc.constantFrom(...parameters.map((parameter) => parameter.key)),
      // an alias is read as the parameter it names
      fc
        .stringMatching(/^[a-z][a-z0-9]{0,10}$/)
        .filter((text) => isParameterKey(text) && (parameterNamed(text)?.key ?? text) === text),
    );
    const reading = fc
      .record({
        parameter: key,
        value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        status: fc.constantFrom<DeviceStatus[]>("measuring", "calibrating", "fault"),
      })
      .map((made) => (made.status === "fault" ? { ...made, value: null } : made));
    const time = fc.integer({
      min: utc("1991-01-01T00:00:00") / 1000,
      max: utc("2099-01-01T00:00:00") / 1000,
    });
    const readings = fc.uniqueArray(reading, { minLength: 1, selector: ({ parameter }) => parameter });
    const parameterOf = createSymbolReader();
    fc.assert(
      fc.property(time, readings, fc.constantFrom("---", "", "0", "0.00"), (seconds, written, noValue) => {
        const digits = localDigitsAt(seconds * 1000, local);
        const text = printTxt(written, { digits, symbolOf: createSymbolWriter(), noValue });
        const { samples, faults } = samplesOfTxt(parseTxt(Buffer.from(text), form), { parameterOf });
        expect(faults).toEqual([]);
        const [sample] = samples;
        expect(samples.length).toBe(1);
        expect(sample?.time).toBe(seconds * 1000);
        expect([...(sample?.readings ?? [])]).toEqual(
          written.map(({ parameter, value, status }) => [parameter, { value, status }]),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
