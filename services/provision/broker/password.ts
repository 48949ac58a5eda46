/**
 * Mosquitto 2's password entries. In: user and password; out: a line of the password file,
 * `user:$7$iterations$salt$hash` with PBKDF2-HMAC-SHA512, a 64-byte key, base64.
 */
import { createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** What mosquitto_passwd 2.0 uses. Enough: our passwords are random, and the broker hashes on its only thread. */
const ITERATIONS = 101;
const SALT_BYTES = 12;
const KEY_BYTES = 64;

export function passwordEntry(
  user: string,
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
): string {
  const hash = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, "sha512");
  return `${user}:$7$${ITERATIONS}$${salt.toString("base64")}$${hash.toString("base64")}`;
}

/**
 * A station's password: derived from one secret, so that no list of passwords is kept anywhere and provisioning twice
 * gives a logger the same one. Who has the secret has every station's.
 */
export function stationPassword(secret: string, station: string): string {
  return createHmac("sha256", secret).update(`station ${station}`).digest("base64url");
}
