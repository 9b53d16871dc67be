// Proposals at the cursor: a list that arrows, Enter and Escape work, and that screen readers hear of.
"use strict";

(() => {
  const bench = globalThis.workbench;
  const { field } = bench;
  const form = document.getElementById("bench");
  const PAUSE = 120; // milliseconds without a key until proposals are asked for
  const list = document.createElement("ul");
  list.className = "proposals";
  list.id = "proposals";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Proposals");
  const told = document.createElement("p");
  told.className = "hidden";
  told.setAttribute("role", "status");
  document.body.append(list, told);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", "proposals");

  let items = [];
  let chosen = 0;
  let rest = 0;
  let timer = 0;
  let asking = null;

  function close() {
    clearTimeout(timer);
    asking?.abort();
    if (list.hidden) return;
    list.hidden = true;
    field.removeAttribute("role");
    field.removeAttribute("aria-expanded");
    field.removeAttribute("aria-activedescendant");
    told.textContent = "";
  }

  function choose(number) {
    chosen = (number + items.length) % items.length;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
    field.setAttribute("aria-activedescendant", `proposal-${chosen}`);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  }

  function row(item, number) {
    const found = document.createElement("li");
    found.id = `proposal-${number}`;
    found.setAttribute("role", "option");
    const label = document.createElement("b");
    label.textContent = item.label;
    const about = document.createElement("span");
    about.textContent = item.about;
    found.append(label, about);
    found.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(number);
    });
    return found;
  }

  function open(found) {
    if (!found.length) return close();
    items = found;
    list.replaceChildren(...items.map(row));
    list.hidden = false;
    const at = bench.point();
    const frame = list.getBoundingClientRect();
    const below = at.top + at.height + 2;
    const fits = below + frame.height < innerHeight;
    list.style.top = `${fits ? below : Math.max(at.top - frame.height - 2, 0)}px`;
    list.style.left = `${Math.max(Math.min(at.left, innerWidth - frame.width - 8), 4)}px`;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-expanded", "true");
    choose(0);
    told.textContent = `${items.length} proposals, the first: ${items[0].label}`;
    return undefined;
  }

  function take(number) {
    const item = items[number];
    close();
    bench.insert(item.insert, item.replaces, rest, item.back);
    if (/[:{\s]$/.test(item.insert) || item.back) ask(0, true);
    else close();
  }

  // Only where somebody is in the middle of a word, or has just opened a place for one.
  function isWorthIt() {
    if (field.selectionStart !== field.selectionEnd) return false;
    const before = field.value.slice(0, field.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    return /[\w:"'([{,-]\s?$/.test(line) && !/^\s*#/.test(line);
  }

  function ask(pause, isAsked) {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      const { line, column } = bench.place();
      const sent = new FormData();
      sent.set("form_token", form.elements.form_token.value);
      sent.set("text", field.value);
      sent.set("line", line);
      sent.set("column", column);
      try {
        const reply = await fetch("/workbench/complete", {
          method: "POST",
          body: sent,
          signal: asking.signal,
          headers: { Accept: "application/json" },
        });
        if (!reply.ok) return close();
        const found = await reply.json();
        const here = bench.place();
        if (here.line !== line || here.column !== column || document.activeElement !== field) return undefined;
        rest = found.rest;
        const typed = field.value.slice(field.selectionStart - (found.items[0]?.replaces || 0), field.selectionStart);
        const isWhole = found.items.length === 1 && found.items[0].insert.trim() === typed.trim();
        return isWhole && !isAsked ? close() : open(found.items);
      } catch (error) {
        if (error.name !== "AbortError") close();
        return undefined;
      }
    }, pause);
  }

  field.addEventListener("input", (event) => {
    if (!event.isTrusted || event.inputType === "insertFromPaste") return;
    if (isWorthIt()) ask(PAUSE, false);
    else close();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      ask(0, true);
    } else if (list.hidden) {
      if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        bench.breakLine();
      }
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown", "Tab"].includes(event.key)) {
      close();
    }
  });
  field.addEventListener("blur", () => close());
  field.addEventListener("scroll", () => close());
  field.addEventListener("pointerdown", () => close());
})();
