"""What is read from the verify page: its report, and texts that are too faint."""

CONTRAST = 4.5

REPORT = """(() => {
  const text = (e) => e.textContent;
  const groups = [...document.querySelectorAll("#detail h2")].map((h) => [text(h),
    [...h.nextElementSibling.querySelectorAll("dt")].map((t) =>
      [text(t), text(t.nextElementSibling)])]);
  const answer = document.getElementById("answer");
  return { outcome: answer.className, groups,
    words: [...answer.querySelectorAll("h2, p:not(.soft)")].map(text) };
})()"""

CONTRASTS = """(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92
    : ((c + 0.055) / 1.055) ** 2.4).reduce((s, c, i) => s + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) {
    const color = parse(getComputedStyle(e).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color; } return [255, 255, 255]; };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const e = node.parentElement;
    const isCode = ["SCRIPT", "STYLE"].includes(e.tagName);
    if (!node.data.trim() || !e.checkVisibility() || isCode) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const words = `${e.tagName} ${ratio.toFixed(2)} ${node.data.trim().slice(0, 40)}`;
    if (ratio < LIMIT) found.push(words);
  }
  return found;
})()""".replace("LIMIT", str(CONTRAST))
