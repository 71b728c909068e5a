import Encoding
import Merkle

/// The style sheet of a card: light and dark, from 360 px on, and for paper.
///
/// It is of two parts, so that a site with colours of its own takes the second alone.
public enum PageStyle {
    /// How a policy names the sheet where it stands in a page (Content Security Policy, level 3).
    public static var source: String {
        "sha256-" + Base64.encode(Hash.sha256(Array(sheet.utf8)).bytes)
    }

    /// The sheet; every contrast is at least 4.5 to 1 (WCAG 2.2, level AA).
    public static let sheet = frame + card

    /// The colours, and what stands around a card.
    private static let frame = """

        :root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --soft: #57534e;
          --line: #d6d3d1; --alarm: #a3000c; --mark: #f2f0ee; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #ece9e4; --paper: #161513; --soft: #b5b0a8; --line: #45413c;
            --alarm: #ff9d96; --mark: #2a2724; }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 52rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
        @media print {
          :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #333; --line: #999;
            --alarm: #000; --mark: #fff; }
          @page { margin: 16mm; }
          body { font-size: 9.5pt; }
          main { max-width: none; padding: 0; }
        }

        """

    /// What stands in an element of the class "card"; it is coloured by the variables `--soft`,
    /// `--line`, `--alarm` and `--mark` of whoever has it.
    public static let card = """

        .card h1 { font-size: clamp(1.3rem, 4vw, 1.9rem); line-height: 1.25; margin: 0 0 .75rem; }
        .card h2 { font-size: .8rem; letter-spacing: .08em; color: var(--soft);
          border-bottom: 1px solid var(--line); margin: 2rem 0 .5rem; padding-bottom: .25rem; }
        .card .kind { font-size: .8rem; letter-spacing: .08em; color: var(--soft);
          margin: 0 0 .25rem; }
        .card .note { font-style: italic; margin: .5rem 0; }
        .card h1, .card dt, .card dd, .card p, .card li { overflow-wrap: anywhere; }
        .card .legend, .card .points, .card .tree { list-style: none; margin: 0; padding: 0; }
        .card .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem; }
        .card dl { display: block; margin: 0; }
        .card .line { padding: .3rem 0; border-bottom: 1px solid var(--line); }
        .card .line:last-child { border-bottom: 0; }
        .card dt { color: var(--soft); font-size: .875rem; font-weight: 400; margin: 0; }
        .card dd { margin: 0; }
        .card dd, .card .points li, .card .said { display: grid;
          grid-template-columns: 2.25rem minmax(0, 1fr); margin: .1rem 0; align-items: baseline; }
        .card .mark { font: .8rem/1.4 ui-monospace, monospace; background: var(--mark);
          border-radius: .2rem; padding: 0 .15rem; justify-self: start; white-space: nowrap; }
        .card strong { color: var(--alarm); }
        .card .tree .tree { margin: .25rem 0 0 .5rem; padding-left: .75rem;
          border-left: 2px solid var(--line); }
        .card .tree li { padding: .25rem 0; }
        .card .tree li[aria-current] > p:first-child { font-weight: 600; }
        .card .links { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: .1rem 0 .1rem 2.25rem; }
        .card .links a { padding: .2rem 0; }
        .card details { margin: .75rem 0 0; }
        .card summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
        .card summary:focus-visible, .card pre:focus-visible { outline: 2px solid currentColor;
          outline-offset: 2px; }
        .card pre { overflow-x: auto; font: .8rem/1.45 ui-monospace, monospace;
          margin: .5rem 0 0; padding: .75rem; border: 1px solid var(--line); }
        @media (min-width: 40rem) {
          .card .line { display: grid; grid-template-columns: 8rem minmax(0, 1fr); }
          .card .line > dd { grid-column: 2; }
          .card dt { padding-top: .1rem; }
        }
        @media print {
          .card h2 { margin-top: 1rem; break-after: avoid; }
          .card .line, .card .tree li > p { break-inside: avoid; }
          .card details, .card .links { display: none; }
        }

        """
}
