// What every page does: keeps the live line and says whether it stands, keeps what goes by the clock true, shows what
// failed until it works, and takes the key "/" to search.

const PATIENCE = 3_000; // a line that is back sooner was never lost for a reader: it is renewed every ten minutes
const AGAIN = 10_000;
const MINUTE = 60_000;
const SIGNED_OUT = 401;

const live = () => document.getElementById("live");
let losing = 0;
let trying = 0;

function say(state) {
  const sign = live();
  if (!sign || sign.classList.contains(state)) return;
  sign.classList.remove("on", "off");
  sign.classList.add(state);
  sign.querySelector(".live-words").textContent = sign.dataset[state];
}

function lost() {
  losing ||= setTimeout(() => say("off"), PATIENCE);
}

// The extension tries again by itself once it was connected; before, and after it gave up, this does.
function connectAgain() {
  lost();
  clearTimeout(trying);
  trying = setTimeout(() => window.htmx.trigger(live(), "connect"), AGAIN);
}

document.addEventListener("htmx:sse:after:connection", (event) => {
  if (event.target !== live()) return;
  clearTimeout(losing);
  losing = 0;
  say("on");
  settled("live");
});
// While it waits to connect again, no message tells of the lost line: the waiting itself does.
document.addEventListener("htmx:sse:before:connection", (event) => {
  if (event.target === live() && event.detail.connection.attempt > 0) lost();
});
document.addEventListener("htmx:sse:error", (event) => {
  if (event.target !== live()) return;
  lost();
  // The session is over: the page leads to sign-in, and from there back to here.
  if (event.detail.status === SIGNED_OUT) window.location.reload();
});
for (const ended of ["htmx:sse:close", "htmx:response:error", "htmx:error"]) {
  document.addEventListener(ended, (event) => {
    if (event.target === live()) connectAgain();
  });
}

// Time passes without events: what is left of a clock, and which are late.
setInterval(() => {
  if (!document.hidden) window.htmx.trigger(live(), "changed");
}, MINUTE);

// A notice stands until what failed works again.
let failed = null;

function settled(source) {
  if (source !== failed) return;
  document.getElementById("notices").replaceChildren();
  failed = null;
}

document.addEventListener("htmx:after:swap", (event) => {
  const { hx, response, sourceElement } = event.detail.ctx;
  const source = sourceElement?.id ?? "";
  if (hx?.retarget === "#notices") failed = source;
  else if (response?.status < 400) settled(source);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector('[data-key="/"]');
  if (!field) return;
  event.preventDefault();
  field.focus();
});

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-dismiss]");
  if (pressed) pressed.closest(".news").remove();
});

// A menu closes when something else is clicked, and by Escape.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.menu[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
