/** Complaints about entries, with the path of what is wrong; `load.ts` finds its line. */
export type Path = readonly (string | number)[];

export interface Complaint {
  readonly file: string;
  readonly path: Path;
  readonly message: string;
}

export type Report = (path: Path, message: string) => void;
