export async function benchIngest(_: {
  messages: number;
  stations: number;
}): Promise<Record<string, number>> {
  return {};
}
