/** PUBACK packets. In: packet ids; out: their bytes. The four bytes are valid in MQTT 3.1.1 and 5 (success, no properties). */

export function encodePubacks(packetIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(packetIds.length * 4);
  packetIds.forEach((id, index) => {
    bytes.writeUInt16BE(0x4002, index * 4);
    bytes.writeUInt16BE(id, index * 4 + 2);
  });
  return bytes;
}
