// Moves the page along with the simulator. Without it the page still reads and works.
"use strict";

const RETRY = 1000;
const announcer = document.getElementById("announcer");
const live = document.getElementById("live");
const sources = new WeakMap();

document.documentElement.classList.add("moving");

function announce(text) {
  announcer.textContent = text;
}

function showState(state, text) {
  live.dataset.state = state;
  live.textContent = text;
}

// Where the page has lost its focus to a replacement, give it back.
function replace(known, fresh) {
  const focused = known.contains(document.activeElement) ? document.activeElement.id : "";
  known.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
}

function update(known, fresh) {
  const source = fresh.outerHTML;
  if ((sources.get(known) ?? known.outerHTML) === source) return;
  sources.set(fresh, source);
  if (fresh.dataset.said && fresh.dataset.said !== known.dataset.said) {
    announce(fresh.dataset.said);
    fresh.classList.add("moved");
  }
  replace(known, fresh);
}

function insert(part, fresh, next) {
  sources.set(fresh, fresh.outerHTML);
  fresh.classList.add("arrived");
  part.insertBefore(fresh, next);
  if (fresh.dataset.said) announce(fresh.dataset.said);
}

// What is as it was stays in place, so that nobody loses focus or place.
function patch(part, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const wanted = [...template.content.children];
  const ids = new Set(wanted.map((each) => each.id));
  for (const known of [...part.children]) if (!ids.has(known.id)) known.remove();
  let next = part.firstElementChild;
  for (const fresh of wanted) {
    if (next?.id === fresh.id) {
      const following = next.nextElementSibling;
      update(next, fresh);
      next = following;
    } else {
      insert(part, fresh, next);
    }
  }
}

// A browser opens few connections to one server, so a page that nobody sees has none.
let stream = null;

function follow() {
  stream?.close();
  stream = null;
  if (document.hidden) return;
  stream = new EventSource("/events");
  stream.onopen = () => showState("live", "Live");
  stream.onmessage = (event) => {
    for (const [name, html] of Object.entries(JSON.parse(event.data))) {
      patch(document.querySelector(`[data-part="${name}"]`), html);
    }
  };
  stream.onerror = () => {
    showState("lost", "The simulator is away");
    stream.close(); // some browsers would try again by themselves, and some not
    setTimeout(follow, RETRY);
  };
}

async function submit(event) {
  const form = event.target.closest("form[data-quiet]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    if (!answer.ok) announce("That was refused.");
  } catch {
    announce("The simulator is away.");
  }
}

async function copy(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  getSelection().selectAllChildren(source);
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    return; // not to be had over plain HTTP from elsewhere: the selection must do
  }
  button.classList.add("copied");
  announce("Copied");
  setTimeout(() => button.classList.remove("copied"), 1500);
}

document.addEventListener("submit", submit);
document.addEventListener("click", copy);
document.addEventListener("visibilitychange", follow);
follow();
