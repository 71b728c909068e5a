// What Tools/browser asks of every page (WCAG 2.2, levels A and AA): each function returns what is
// wrong, a line each, and nothing where all is well. `access.py` runs them in the page.
(() => {
  "use strict";
  const seen = (e) => e.checkVisibility({ checkVisibilityCSS: true });
  const words = (e) => `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""} "${
    (e.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (selector) => all(selector).filter(seen);

  // Colours: what a canvas makes of them, so that every way of writing one is understood.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const over = (top, below) => {
    const mix = (name) => top[name] * top.a + below[name] * (1 - top.a);
    return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 };
  };
  const luminance = ({ r, g, b }) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92
    : ((c + 0.055) / 1.055) ** 2.4).reduce((s, c, i) => s + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (one, two) => {
    const [a, b] = [luminance(one), luminance(two)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const paper = () => parse(
    getComputedStyle(document.documentElement).colorScheme.includes("dark")
      && matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#ffffff");
  const ground = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), paper());
  };
  // A text in a picture stands on the last shape before it that covers its middle.
  const shapeBelow = (text) => {
    const box = text.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const shapes = [...text.closest("svg").querySelectorAll("rect, circle")].filter((shape) => {
      const place = shape.getBoundingClientRect();
      const isBefore = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
      return isBefore && place.left <= x && x <= place.right && place.top <= y && y <= place.bottom;
    });
    const last = shapes.at(-1);
    return last && over(parse(getComputedStyle(last).fill), ground(text.closest("svg")));
  };

  const checks = {
    "language and title": () => [
      document.documentElement.lang ? [] : ["html has no lang"],
      document.title.trim() ? [] : ["it has no title"]].flat(),

    "one h1, and headings in order": () => {
      const found = [], levels = shown("h1, h2, h3, h4, h5, h6");
      if (levels.filter((e) => e.tagName === "H1").length !== 1) found.push("not one h1");
      levels.forEach((e, place) => {
        const before = place ? Number(levels[place - 1].tagName[1]) : 0;
        if (Number(e.tagName[1]) > before + 1) found.push(`${words(e)} behind level ${before}`);
        if (!e.textContent.trim()) found.push("an empty heading");
      });
      return found;
    },

    "landmarks": () => {
      const found = shown("main").length === 1 ? [] : [`${shown("main").length} main`];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node; (node = walk.nextNode());) {
        const e = node.parentElement;
        if (!node.data.trim() || !seen(e) || e.closest("script, style, template")) continue;
        if (!e.closest("main, header, footer, nav, a[href^='#']")) {
          found.push(`outside of landmarks: ${words(e)}`);
        }
      }
      return found;
    },

    "names and references": () => {
      const found = [], ids = all("[id]").map((e) => e.id);
      for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) {
        found.push(`two elements have the id ${id}`);
      }
      for (const name of ["aria-labelledby", "aria-describedby", "for"]) {
        for (const e of all(`[${name}]`)) {
          for (const id of e.getAttribute(name).split(/\s+/)) {
            if (!document.getElementById(id)) found.push(`${words(e)}: ${name} ${id} is nobody`);
          }
        }
      }
      for (const e of shown("input, select, textarea, progress")) {
        if (![...e.labels].some((label) => label.textContent.trim())) {
          found.push(`${words(e)} has no label`);
        }
      }
      for (const e of shown("button, a[href], summary")) {
        const alt = [...e.querySelectorAll("img")].map((img) => img.alt).join("");
        if (!(e.textContent + alt + (e.ariaLabel ?? "")).trim()) found.push(`${words(e)}: no name`);
      }
      for (const e of all("img")) if (!e.alt) found.push(`${e.src} has no alternative text`);
      for (const e of all("[tabindex]")) {
        if (e.tabIndex > 0) found.push(`${words(e)}: a tabindex above 0`);
        const isOwn = e.matches("main, section, a, input, button, select");
        if (e.tabIndex === 0 && !isOwn && !(e.role && e.ariaLabel)) {
          found.push(`${words(e)}: can be focused, and has no role and name`);
        }
      }
      return found;
    },

    "tables with headers": () => shown("table").flatMap((e) => [
      e.caption?.textContent.trim() ? [] : [`${words(e)} has no caption`],
      e.querySelector("th") ? [] : [`${words(e)} has no header`],
      [...e.querySelectorAll("th")].filter((th) => !th.scope || !th.textContent.trim())
        .map((th) => `${words(th)}: a header without scope or words`)].flat()),

    "headers of tables in whole words": () => shown("th").filter((e) => {
      const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), range = new Range();
      for (let node; (node = walk.nextNode());) {
        for (const word of node.data.matchAll(/\S+/g)) {
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) return true;
        }
      }
      return false;
    }).map(words),

    "pictures with title and description": () => shown("svg").filter((e) => !e.parentElement
      .closest("svg")).flatMap((e) => {
      const child = (name) => [...e.children].find((one) => one.tagName === name)
        ?.textContent.trim();
      return [["img", "group"].includes(e.getAttribute("role")) ? [] : ["a picture has no role"],
        child("title") ? [] : ["a picture has no title"],
        child("desc") ? [] : [`a picture has no desc: ${child("title")}`]].flat();
    }),

    "lists": () => shown("ul, ol").filter((e) => [...e.children].some((one) =>
      !one.matches("li, script, template"))).map((e) => `${words(e)}: not only items`),

    "contrast of text": () => {
      const found = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const look = (e, text) => {
        const style = getComputedStyle(e), isDrawn = e.closest("svg") !== null;
        const below = (isDrawn && shapeBelow(e)) || ground(isDrawn ? e.closest("svg") : e);
        const ink = over(parse(isDrawn ? style.fill : style.color), below);
        const size = parseFloat(style.fontSize), isBold = Number(style.fontWeight) >= 700;
        const least = size >= 24 || (isBold && size >= 18.66) ? 3 : 4.5;
        const ratio = contrast(ink, below);
        if (ratio < least) found.push(`${ratio.toFixed(2)} of ${least}: ${text.slice(0, 40)}`);
      };
      for (let node; (node = walk.nextNode());) {
        const e = node.parentElement;
        if (!node.data.trim() || !seen(e)) continue;
        if (!e.closest("script, style, title, desc, option")) look(e, node.data.trim());
      }
      shown("input:not([type=file]), select").forEach((e) => look(e, words(e)));
      return found;
    },

    "contrast of controls": () => shown("input:not([type=file]), select, button").flatMap((e) => {
      const style = getComputedStyle(e), below = ground(e.parentElement);
      const edge = contrast(over(parse(style.borderTopColor), below), below);
      const face = contrast(ground(e), below);
      return Math.max(edge, face) < 3 ? [`${words(e)}: ${edge.toFixed(2)}`] : [];
    }),

    "links are told by more than colour": () => shown("a[href]").filter((e) => {
      const around = [...e.parentElement.childNodes].filter((node) => node !== e)
        .map((node) => node.nodeType === Node.TEXT_NODE ? node.data : "").join("").trim();
      const style = getComputedStyle(e);
      return around && !style.textDecorationLine.includes("underline");
    }).map(words),

    "nothing is wider than the screen": () => {
      const screen = document.documentElement.clientWidth;
      const found = document.documentElement.scrollWidth > screen
        ? [`${document.documentElement.scrollWidth} of ${screen} pixels`] : [];
      for (const e of shown("body *")) {
        // A line that is entered scrolls in its field.
        if ((e.closest("svg") && e.tagName !== "svg") || e.tagName === "INPUT") continue;
        const style = getComputedStyle(e), isCut = e.scrollWidth > e.clientWidth + 1;
        if (!isCut || e.clientWidth === 0) continue;
        if (["hidden", "clip"].includes(style.overflowX)) found.push(`cut off: ${words(e)}`);
        const scrolls = ["auto", "scroll"].includes(style.overflowX);
        if (scrolls && e.tabIndex < 0) found.push(`no key scrolls ${words(e)}`);
      }
      return found;
    },

    "targets that a finger meets": () => {
      const targets = shown("a[href], button, input, select, summary").filter((e) => {
        const around = [...e.parentElement.childNodes].some((node) =>
          node.nodeType === Node.TEXT_NODE && node.data.trim());
        return e.tagName !== "A" || !around;
      }).map((e) => ({ e, box: e.getBoundingClientRect() })).filter((one) => one.box.width);
      const middle = ({ box }) => [box.x + box.width / 2, box.y + box.height / 2];
      return targets.filter((one) => Math.min(one.box.width, one.box.height) < 24
        && targets.some((other) => {
          if (other === one) return false;
          const [[a, b], [c, d]] = [middle(one), middle(other)];
          return Math.hypot(a - c, b - d) < 24;
        })).map((one) => words(one.e));
    },

    "the order of the eye is that of the document": () => shown("body, body *").filter((e) => {
      const style = getComputedStyle(e);
      return style.order !== "0" || style.flexDirection.endsWith("reverse")
        || style.gridAutoFlow.includes("dense") || ["left", "right"].includes(style.float);
    }).map(words),
  };

  // What the key Tab must reach, in this order.
  const stops = () => shown(
    "a[href], button, input, select, textarea, summary, [tabindex='0']").filter((e) =>
    !e.disabled && e.tabIndex >= 0);

  return {
    faults: () => Object.entries(checks).flatMap(([name, check]) =>
      check().map((fault) => `${name}: ${fault}`)),
    stops: () => stops().map(words),
    // Where the focus is, and whether anybody sees that.
    focus: () => {
      const e = document.activeElement, style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      const width = parseFloat(style.outlineWidth);
      const isDrawn = style.outlineStyle !== "none" && width >= 1;
      const below = ground(e.parentElement ?? e);
      const isMarked = isDrawn && (style.outlineStyle === "auto"
        || contrast(over(parse(style.outlineColor), below), below) >= 3);
      return { at: stops().indexOf(e), words: words(e), isMarked,
        isThere: box.bottom > 0 && box.top < innerHeight && box.right > 0
          && box.left < innerWidth };
    },
    text: () => document.body.innerText.replace(/\s+/g, " ").trim(),
  };
})()
