// Lists and figures that follow what happens: rows that are there change in place; where rows come
// or go, the list is fetched anew.
import { Regions } from "./regions";
import { Stream } from "./stream";
import { duration } from "./times";

interface Change {
  state: string;
  health: string;
  job?: number;
  device?: string;
  device_type?: string;
  worker?: string;
  hostname?: string;
  submitter?: string;
  start_time?: string;
  end_time?: string;
}

const ACTIVE = ["Scheduled", "Running", "Canceling"];
const WAITING = ["Submitted", "Scheduling"];

export function followLists(): void {
  const after = document.body.dataset.liveAfter;
  if (after === undefined) return;
  const regions = new Regions(location.href);
  const changed = (kind: string) => (data: unknown) => {
    const change = data as Change;
    if (kind === "testjob") jobChanged(change, regions);
    if (kind === "device") deviceChanged(change);
    if (kind === "worker") workerChanged(change);
    if (refreshes(kind, change)) regions.refresh();
  };
  new Stream((last) => `/live?after=${last}`, after, {
    testjob: changed("testjob"),
    device: changed("device"),
    worker: changed("worker"),
    reload: () => regions.refresh(),
  });
}

/** Whether some part of the page is to be fetched anew at this change. */
function refreshes(kind: string, change: Change): boolean {
  const parts = document.querySelectorAll<HTMLElement>("[data-live-refresh]");
  return [...parts].some(
    (part) => part.dataset.liveRefresh?.split(" ").includes(kind) && concerns(part, kind, change),
  );
}

function concerns(part: HTMLElement, kind: string, change: Change): boolean {
  const { liveDevice, liveWorker } = part.dataset;
  if (kind === "device" && liveDevice) return change.device === liveDevice;
  if (kind === "worker" && liveWorker) return change.hostname === liveWorker;
  return true;
}

function jobChanged(change: Change, regions: Regions): void {
  for (const row of document.querySelectorAll<HTMLElement>(`tr[data-job="${change.job}"]`)) {
    const value = change.state === "Finished" ? change.health : change.state;
    setTag(row, "status", value);
    setLink(row, "device", change.device, `/scheduler/device/`);
    setLength(row, change);
  }
  for (const list of document.querySelectorAll<HTMLElement>("[data-live-scope]")) {
    const row = list.querySelector(`tr[data-job="${change.job}"]`);
    if (belongs(list, change) !== (row !== null)) regions.refresh();
  }
}

/** Whether the list is to have a row of the job, as far as the page can know. */
function belongs(list: HTMLElement, change: Change): boolean {
  const { liveScope, liveDevice, liveDevice_type, liveWorker, liveSubmitter } = list.dataset;
  const has = list.querySelector(`tr[data-job="${change.job}"]`) !== null;
  if (liveScope === "fixed") return has;
  if (liveScope === "active" && !ACTIVE.includes(change.state)) return false;
  if (liveScope === "queue" && !WAITING.includes(change.state)) return false;
  if (liveDevice && change.device !== liveDevice) return has;
  if (liveDevice_type && change.device_type !== liveDevice_type) return has;
  if (liveWorker && change.worker !== liveWorker) return has;
  if (liveSubmitter && change.submitter !== liveSubmitter) return has;
  if (liveScope !== "all" || has) return true;
  // A job that is older than all rows stands on a later page.
  const rows = [...list.querySelectorAll<HTMLElement>("tr[data-job]")];
  const oldest = Math.min(...rows.map((row) => Number(row.dataset.job)));
  return rows.length === 0 || Number(change.job) > oldest;
}

function deviceChanged(change: Change): void {
  for (const row of rowsOf("device", change.device)) {
    setTag(row, "state", change.state);
    setTag(row, "health", change.health);
    setLink(row, "job", change.job === undefined ? undefined : String(change.job), `/scheduler/job/`);
  }
}

function workerChanged(change: Change): void {
  for (const row of rowsOf("worker", change.hostname)) {
    setTag(row, "state", change.state);
    setTag(row, "health", change.health);
  }
}

function rowsOf(kind: string, name: string | undefined): NodeListOf<HTMLElement> {
  return document.querySelectorAll<HTMLElement>(`tr[data-${kind}="${CSS.escape(name ?? "")}"]`);
}

function setTag(row: HTMLElement, field: string, label: string): void {
  const tag = row.querySelector<HTMLElement>(`.tag[data-field="${field}"]`);
  if (!tag || tag.textContent === label) return;
  tag.dataset.value = label.toLowerCase();
  tag.textContent = label;
}

function setLink(row: HTMLElement, field: string, text: string | undefined, place: string): void {
  const cell = row.querySelector<HTMLElement>(`[data-field="${field}"]`);
  if (!cell) return;
  if (text === undefined) {
    if (field === "job") cell.textContent = "—";
    return;
  }
  const link = document.createElement("a");
  link.href = place + encodeURIComponent(text);
  link.textContent = text;
  cell.replaceChildren(link);
}

function setLength(row: HTMLElement, change: Change): void {
  const cell = row.querySelector<HTMLElement>(`[data-field="took"]`);
  if (!cell || !change.start_time) return;
  const span = document.createElement("span");
  if (change.end_time) {
    span.textContent = duration(
      (Date.parse(change.end_time) - Date.parse(change.start_time)) / 1000,
    );
  } else {
    span.dataset.since = change.start_time;
    span.textContent = duration((Date.now() - Date.parse(change.start_time)) / 1000);
  }
  cell.replaceChildren(span);
}
