// Makes the form live: checks as one types, draws results without loading the page, keeps the text in this tab.
"use strict";

(() => {
  const bench = globalThis.workbench;
  const { field } = bench;
  const form = document.getElementById("bench");
  const faults = document.getElementById("faults");
  const answer = document.getElementById("answer");
  const summary = document.getElementById("summary");
  const progress = document.getElementById("progress");
  const stop = document.getElementById("stop");
  const kept = document.getElementById("kept");
  const PAUSE = 400; // milliseconds without a key until the text is checked
  const KEY = `tocsin-workbench:${form.dataset.file}`;
  const served = field.defaultValue;
  const running = {};
  let timer = 0;
  let isTrying = Boolean(answer.querySelector(".article"));

  // -- keeping the text ----------------------------------------------------------------------------------------

  const others = ["article", "earlier", "url"];

  function keep() {
    try {
      const texts = Object.fromEntries(others.map((name) => [name, form.elements[name].value]));
      const record = { text: field.value, stamp: form.elements.stamp.value, name: form.elements.file.value, ...texts };
      if (field.value === served && !others.some((name) => texts[name])) sessionStorage.removeItem(KEY);
      else sessionStorage.setItem(KEY, JSON.stringify(record));
    } catch {
      // storage is full or forbidden: the text is still in the page
    }
  }

  function restore() {
    let record = null;
    try {
      record = JSON.parse(sessionStorage.getItem(KEY));
    } catch {
      record = null;
    }
    if (!record || location.pathname !== "/workbench" || location.search.includes("from=disk")) return;
    for (const name of others) if (!form.elements[name].value) form.elements[name].value = record[name] || "";
    if (record.text === served || location.search.includes("copy=")) return;
    form.elements.stamp.value = record.stamp; // so that a change by somebody else since then is noticed
    form.elements.file.value = record.name;
    bench.set(record.text);
    kept.hidden = false;
  }

  function forget() {
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      // nothing was kept
    }
  }

  // -- asking --------------------------------------------------------------------------------------------------

  function say(words) {
    summary.textContent = words;
  }

  function sentence(words, manner) {
    const found = document.createElement("p");
    found.className = manner;
    found.textContent = words;
    return found;
  }

  async function send(path, extra, kind) {
    running[kind]?.abort();
    const call = new AbortController();
    running[kind] = call;
    const sent = new FormData(form);
    for (const [name, value] of Object.entries(extra)) sent.set(name, value);
    const reply = await fetch(path, {
      method: "POST",
      body: sent,
      signal: call.signal,
      headers: { Accept: "application/json", "X-Workbench-Part": "1" },
    });
    if (reply.ok) return reply;
    const told = await reply.json().catch(() => ({}));
    throw new Error(told.error || `Tocsin answered ${reply.status}.`);
  }

  function failed(error, place) {
    if (error.name === "AbortError") return;
    const words = error instanceof TypeError ? "Tocsin does not answer. Your text is kept here." : error.message;
    place.replaceChildren(sentence(words, "trouble"));
    say(words);
  }

  function show(html, place) {
    const found = document.createElement("template");
    found.innerHTML = html;
    const part = found.content.querySelector(".part");
    place.replaceChildren(found.content);
    if (part.dataset.stamp !== undefined) took(part.dataset);
    return part.dataset;
  }

  // The text came into force: it is what the page was opened with from now on.
  function took({ stamp, file }) {
    forget();
    if (form.dataset.file !== file) location.assign(`/workbench?file=${encodeURIComponent(file)}`);
    form.elements.stamp.value = stamp;
    kept.hidden = true;
    document.querySelector(".warning a[href*='from=disk']")?.parentElement.remove();
  }

  // -- checking as one types -----------------------------------------------------------------------------------

  async function check() {
    if (!form.elements.file.value) {
      faults.replaceChildren(sentence("Give the file a name, then it is checked as you type.", "note"));
      return;
    }
    try {
      const reply = await send("/workbench/check", { article: "", earlier: "" }, "check");
      const told = show(await reply.text(), faults);
      say(told.summary);
      bench.mark(
        [...faults.querySelectorAll("a[data-line]")].map(({ dataset }) => ({
          line: Number(dataset.line),
          column: Number(dataset.column),
          kind: dataset.kind,
        })),
      );
      if (isTrying && !told.bad) await press(document.getElementById("try"), true);
    } catch (error) {
      failed(error, faults);
    }
  }

  // -- buttons -------------------------------------------------------------------------------------------------

  async function press(button, isQuiet) {
    const path = new URL(button.formAction).pathname;
    const extra = button.name ? { [button.name]: button.value } : {};
    if (!isQuiet) isTrying = false;
    answer.classList.add("waits");
    answer.setAttribute("aria-busy", "true");
    try {
      const reply = await send(path, extra, "answer");
      const html = button.dataset.stream ? await stream(reply) : await reply.text();
      const back = isQuiet ? looked() : () => {};
      const told = show(html, answer);
      isTrying = Boolean(answer.querySelector(".article"));
      back();
      if (isQuiet) return;
      say(told.summary);
      answer.scrollIntoView({ block: "start" });
      answer.focus({ preventScroll: true });
    } catch (error) {
      failed(error, answer);
    } finally {
      answer.classList.remove("waits");
      answer.removeAttribute("aria-busy");
    }
  }

  // Remember how somebody looks at a text that is tried, and return what brings that back.
  function looked() {
    const scroll = answer.querySelector(".article")?.scrollTop || 0;
    const opened = new Map([...answer.querySelectorAll("details[data-key]")].map((one) => [one.dataset.key, one.open]));
    return () => {
      const article = answer.querySelector(".article");
      if (article) article.scrollTop = scroll;
      for (const one of answer.querySelectorAll("details[data-key]")) {
        if (opened.has(one.dataset.key)) one.open = opened.get(one.dataset.key);
      }
    };
  }

  // A backtest sends a line for each step, and its result as the last one.
  async function stream(reply) {
    const bar = progress.querySelector("progress");
    const words = progress.querySelector("span");
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    progress.hidden = stop.hidden = false;
    try {
      for (;;) {
        const { value, done } = await reader.read();
        const lines = (rest + (value || "")).split("\n");
        rest = lines.pop();
        for (const line of lines) {
          const told = JSON.parse(line);
          if (told.html !== undefined) return told.html;
          bar.value = told.total ? told.done / told.total : 0;
          words.textContent = told.total ? `${told.done} of ${told.total}` : "reading the archive";
        }
        if (done) throw new Error("The answer broke off; try again.");
      }
    } finally {
      progress.hidden = stop.hidden = true;
      bar.value = 0;
    }
  }

  // -- what people do ------------------------------------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    event.preventDefault();
    if (button?.dataset.part) press(button, false);
    else check();
  });
  for (const name of ["url", "title_of", "outlet", "lang"]) {
    form.elements[name].addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      press(document.getElementById("try"), false);
    });
  }
  form.addEventListener("input", (event) => {
    keep();
    if (event.target !== field && event.target !== form.elements.file) return;
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    bench.goTo(Number(link.dataset.line), Number(link.dataset.column));
  });
  stop.addEventListener("click", () => running.answer?.abort());
  document.getElementById("forget").addEventListener("click", () => {
    forget();
    location.assign(location.href.split("#")[0]);
  });
  restore();
  check();
})();
