// The editor: a text field with line numbers, colours and faults under it. Without this script it is a plain text field.
"use strict";

globalThis.workbench = {};

(() => {
  const MOST_COLOURED = 120000; // characters; a larger text stays as the browser draws it
  const box = document.getElementById("editor");
  const field = document.getElementById("text");
  const gutter = document.createElement("div");
  const sheet = document.createElement("div");
  const under = document.createElement("pre");
  gutter.className = "gutter";
  sheet.className = "sheet";
  under.className = "under";
  gutter.setAttribute("aria-hidden", "true");
  under.setAttribute("aria-hidden", "true");
  box.append(gutter, sheet);
  sheet.append(under, field);

  let spots = []; // {line, column, kind}, from 1
  let drawn = []; // what each line was drawn from

  function piece(text, kind) {
    if (!kind) return document.createTextNode(text);
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    return span;
  }

  // One line of YAML as [text, kind] parts: c a comment, k a key, q a quotation.
  function coloured(line) {
    const parts = [];
    let rest = line;
    const key = /^(\s*(?:- +)*)((?:[\w.-]+|"[^"]*"|'[^']*'))(\s*:)(?=\s|$)/.exec(line);
    if (key) {
      parts.push([key[1], ""], [key[2], "k"], [key[3], ""]);
      rest = line.slice(key[0].length);
    }
    const token = /(^|\s)#.*$|'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|([{,]\s*)([\w.-]+)(?=:\s)/g;
    let from = 0;
    for (let found = token.exec(rest); found; found = token.exec(rest)) {
      parts.push([rest.slice(from, found.index), ""]);
      if (found[3]) parts.push([found[2], ""], [found[3], "k"]);
      else parts.push([found[0], found[0].trimStart().startsWith("#") ? "c" : "q"]);
      from = found.index + found[0].length;
    }
    parts.push([rest.slice(from), ""]);
    return parts.filter(([text]) => text);
  }

  // The same with the words of faults cut out of it.
  function marked(parts, here) {
    let result = parts;
    for (const spot of here) {
      const whole = result.map(([text]) => text).join("");
      const start = Math.min(spot.column - 1, Math.max(whole.trimEnd().length - 1, 0));
      const word = /^[^\s,{}[\]]+:?|^./.exec(whole.slice(start));
      const end = start + (word ? word[0].length : 0);
      const cut = [];
      let at = 0;
      for (const [text, kind] of result) {
        const [a, b] = [Math.max(start - at, 0), Math.min(end - at, text.length)];
        if (a < b) cut.push([text.slice(0, a), kind], [text.slice(a, b), `${kind} ${spot.kind}`.trim()], [text.slice(b), kind]);
        else cut.push([text, kind]);
        at += text.length;
      }
      result = cut.filter(([text]) => text);
    }
    return result;
  }

  function lineOf(line, here) {
    const found = document.createElement("span");
    for (const [text, kind] of marked(coloured(line), here)) found.append(piece(text, kind));
    found.append("\n");
    return found;
  }

  // Draw the lines that are not as they were: those between what is the same before and what is the same behind.
  function draw() {
    const lines = field.value.split("\n");
    const byLine = new Map();
    for (const spot of spots) byLine.set(spot.line, [...(byLine.get(spot.line) || []), spot]);
    drawGutter(lines.length, byLine);
    const isSmall = field.value.length <= MOST_COLOURED;
    box.classList.toggle("live", isSmall);
    const now = isSmall ? lines.map((line, at) => line + JSON.stringify(byLine.get(at + 1) || "")) : [];
    const most = Math.min(now.length, drawn.length);
    let same = 0;
    while (same < most && now[same] === drawn[same]) same += 1;
    let behind = 0;
    while (behind < most - same && now[now.length - 1 - behind] === drawn[drawn.length - 1 - behind]) behind += 1;
    for (const old of [...under.children].slice(same, drawn.length - behind)) old.remove();
    const next = under.children[same] || null;
    for (let at = same; at < now.length - behind; at += 1) {
      under.insertBefore(lineOf(lines[at], byLine.get(at + 1) || []), next);
    }
    drawn = now;
    follow();
  }

  function drawGutter(count, byLine) {
    while (gutter.childElementCount > count) gutter.lastChild.remove();
    while (gutter.childElementCount < count) gutter.append(piece(String(gutter.childElementCount + 1), "line"));
    for (const one of gutter.querySelectorAll(".fault, .remark")) one.className = "line";
    for (const [line, here] of byLine) {
      const number = gutter.children[line - 1];
      if (number) number.className = here.some((spot) => spot.kind === "fault") ? "line fault" : "line remark";
    }
  }

  function follow() {
    gutter.scrollTop = field.scrollTop;
    under.style.transform = `translate(${-field.scrollLeft}px, ${-field.scrollTop}px)`;
  }

  function place() {
    const before = field.value.slice(0, field.selectionStart);
    const line = before.split("\n").length - 1;
    return { line, column: before.length - (before.lastIndexOf("\n") + 1) };
  }

  // Where on the screen the cursor is: the font has one width, and nothing wraps.
  function point() {
    const style = getComputedStyle(field);
    const probe = piece("m".repeat(50), "probe");
    under.append(probe);
    const width = probe.getBoundingClientRect().width / 50;
    probe.remove();
    const { line, column } = place();
    const frame = field.getBoundingClientRect();
    const height = parseFloat(style.lineHeight);
    return {
      left: frame.left + parseFloat(style.paddingLeft) + column * width - field.scrollLeft,
      top: frame.top + parseFloat(style.paddingTop) + line * height - field.scrollTop,
      height,
    };
  }

  function goTo(line, column) {
    const lines = field.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const at = start + Math.min(Math.max(column - 1, 0), (lines[line - 1] || "").length);
    field.focus();
    field.setSelectionRange(at, at);
    const height = parseFloat(getComputedStyle(field).lineHeight);
    field.scrollTop = Math.max((line - 4) * height, 0);
    box.scrollIntoView({ block: "nearest" });
  }

  // Put text at the cursor so that the browser's undo still works.
  function insert(text, replaces, rest, back) {
    const at = field.selectionStart;
    field.setSelectionRange(at - replaces, at + rest);
    if (!document.execCommand("insertText", false, text)) field.setRangeText(text, at - replaces, at + rest, "end");
    const end = at - replaces + text.length - back;
    field.setSelectionRange(end, end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A new line begins where the line above does, and below what opens a block.
  function breakLine() {
    const before = field.value.slice(0, field.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const [indent] = /^ *(?:- +)*/.exec(line);
    const deeper = /:\s*([|>][-+]?)?\s*$/.test(line) ? 2 : 0;
    insert(`\n${" ".repeat(indent.length + deeper)}`, 0, field.selectionEnd - field.selectionStart, 0);
  }

  field.addEventListener("input", () => draw());
  field.addEventListener("scroll", () => follow());
  new ResizeObserver(() => follow()).observe(field);
  document.getElementById("keys").hidden = false;
  Object.assign(globalThis.workbench, {
    field,
    place,
    point,
    goTo,
    insert,
    breakLine,
    draw,
    mark(found) {
      spots = found;
      draw();
    },
    set(text) {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  draw();
})();
