import { get, post } from "./ask.ts";

// Topics, groups and messages, field by field what src/doors/http/routes/{topics,groups,records}.cc write.

export type TopicRoom = {
  name: string;
  internal: boolean;
  partitions_of_all: number;
  partitions: { partition: number; start: number | null; end: number | null; bytes: number | null }[];
  configs: { name: string; value: string; set: boolean }[];
};

export type Shown = { bytes: number; form: "json" | "avro" | "text" | "binary"; text: string; cut?: boolean; avro_error?: string } | null;

export type Message = { partition: number; offset: number; time_ms: number; key: Shown; value: Shown; headers: { name: Shown; value: Shown }[]; headers_left_out: number };

export type Found = {
  records: Message[];
  partitions: { partition: number; start: number; end: number; next: number; trouble?: string }[];
  scanned: number;
  stopped: "limit" | "bytes" | "time" | null;
};

export type Begin = "newest" | "earliest" | "offset" | "time";
export type Wish = { partition: string; begin: Begin; place: string; key: string; schema: string };

export type Group = {
  group: string;
  state: string;
  protocol: string;
  members: number;
  partitions: number;
  lag: number | null;
  members_told?: { member: string; instance: string | null; client: string; host: string }[];
  partitions_told?: { topic: string; partition: number; committed: number; end: number | null; lag: number | null }[];
};
export type Groups = { groups: Group[]; groups_left_out: number };

// The query of a search; a time without a zone is of UTC.
export function queryOf(wish: Wish, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (wish.partition !== "") query.set("partition", wish.partition);
  if (wish.begin === "offset") query.set("offset", wish.place.trim());
  if (wish.begin === "earliest") query.set("from", "earliest");
  if (wish.begin === "time") query.set("time_ms", String(timeOf(wish.place)));
  if (wish.key !== "") query.set("key", wish.key);
  if (wish.schema.trim() !== "") query.set("value_schema", wish.schema);
  return query.toString();
}

export function timeOf(text: string): number {
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text.trim());
  const ms = Date.parse(text.trim().replace(" ", "T") + (hasZone ? "" : "Z"));
  if (Number.isNaN(ms) || ms < 0) throw new Error(`'${text}' is no time such as 2026-11-30 08:00:00`);
  return ms;
}

const pathOf = (topic: string) => `/v1/topics/${encodeURIComponent(topic)}`;

export const getTopic = async (topic: string) => (await (await get(pathOf(topic))).json()) as TopicRoom;
export const getGroups = async () => (await (await get("/v1/groups")).json()) as Groups;
export const getGroup = async (group: string) => ((await (await get(`/v1/groups?${new URLSearchParams({ name: group })}`)).json()) as Groups).groups[0]!;
export const search = async (topic: string, query: string) => (await (await get(`${pathOf(topic)}/records?${query}`)).json()) as Found;
export const append = async (topic: string, message: object) => (await (await post(`${pathOf(topic)}/records`, message)).json()) as { partition: number; offset: number };
