import Encoding
import Manifests

/// Makes HTML of the facts of a manifest and of its signed text, as much as has room.
///
/// Every fact is shown, at least its beginning: what there is beyond that is for those with more
/// to say, in equal parts (``FairShare``). What is cut says so where it is cut.
struct PageFacts {
    private let words: PageWords
    private let language: CardLanguage
    private let limit: PageLimit

    init(_ language: CardLanguage, _ limit: PageLimit) {
        words = PageWords(language, limit)
        (self.language, self.limit) = (language, limit)
    }

    /// Bytes of the first line of a fact that are shown whatever the others need: a digest in hex,
    /// an EntryID or the number of a copy is shorter.
    private static let leastBytes = 80

    // MARK: - Facts

    /// A fact, and what it needs.
    private struct Part {
        /// Its beginning and its end.
        let begin: String, end: String

        /// Its lines, as far as a page has them.
        let lines: [Substring.UnicodeScalarView]

        /// How many lines come behind those; nil where the last one is whole.
        let unshown: Int?

        /// Bytes of HTML for all of it.
        let need: Int

        /// Bytes of HTML for its beginning.
        let least: Int
    }

    /// The facts behind their labels.
    func list(of facts: [CardFact]) -> String {
        let parts = facts.map(part)
        var room = limit.facts
        // So many facts that not even their beginnings have room are of no type of ours.
        let shown = parts.prefix { part in
            guard part.least <= room else { return false }
            room -= part.least
            return true
        }
        let shares = FairShare.of(room, among: shown.map { $0.need - $0.least })
        let html = zip(shown, shares).map { part, share in filled(part, part.least + share) }
        let unshown = parts[shown.count...].reduce(0) { $0 + $1.lines.count + ($1.unshown ?? 0) }
        return "<dl>\n\(html.joined())</dl>\n" + words.note(.linesUnshown, unshown)
    }

    private func part(_ fact: CardFact) -> Part {
        let begin = "<div class=\"line\"><dt>\(PageText.escaped(fact.label))</dt>"
        let end = "</div>\n"
        let all = words.readable(fact.lines)
        let lines = all.prefix(CardLimit.lines).map { SafeText.lineApart($0).unicodeScalars[...] }
        let behind = all.count - lines.count
        let unshown = fact.unshown.map { $0 + behind } ?? (behind > 0 ? behind : nil)
        let frame = begin.utf8.count + end.utf8.count
        let note = note(unshown: .max).utf8.count
        let first = lines.first.map { min(Self.leastBytes, PageText.escapedCount($0)) } ?? 0
        var need = frame + (unshown == nil ? 0 : note)
        // What does not fit on the page anyhow is not measured.
        for line in lines where need <= limit.facts {
            need += itemBytes + PageText.escapedCount(line)
        }
        let isShort = lines.count <= 1 && need <= frame + itemBytes + Self.leastBytes
        let least = isShort ? need : min(need, frame + itemBytes + first + ellipsisBytes + note)
        return Part(
            begin: begin, end: end, lines: lines, unshown: unshown, need: need, least: least)
    }

    /// Bytes of a line without its words.
    private var itemBytes: Int { item("").utf8.count }

    private var ellipsisBytes: Int { Self.ellipsis.utf8.count }

    private static let ellipsis = "\u{2026}"

    private func item(_ html: String) -> String {
        words.item("dd", .stated, "<bdi>\(html)</bdi>")
    }

    /// Says that a fact goes on: its last line, or so many lines more.
    private func note(unshown: Int) -> String {
        guard unshown > 0 else { return words.item("dd", .unknown, words.of(.restUnshown)) }
        let isPage = limit.facts < .max
        let sentence = CardSentence(isPage ? .linesUnshown : .moreLines, "\(unshown)")
        return words.item("dd", .unknown, PageText.escaped(sentence.text(in: language)))
    }

    private func filled(_ part: Part, _ room: Int) -> String {
        var html = part.begin
        guard part.need > room else {
            for line in part.lines { html += item(PageText.escaped(String(line))) }
            return html + (part.unshown.map { note(unshown: $0) } ?? "") + part.end
        }
        var rest = room - html.utf8.count - part.end.utf8.count - note(unshown: .max).utf8.count
        var count = 0
        for line in part.lines {
            let bytes = rest - itemBytes
            if PageText.escapedCount(line) <= bytes {
                let item = item(PageText.escaped(String(line)))
                html += item
                rest -= item.utf8.count
                count += 1
                continue
            }
            let cut = PageText.prefix(of: line, upTo: bytes - ellipsisBytes)
            if !cut.isEmpty {
                html += item(PageText.escaped(String(cut)) + Self.ellipsis)
                count += 1
            }
            break
        }
        let unshown = part.lines.count - count + (part.unshown ?? 0)
        return html + note(unshown: unshown) + part.end
    }

    // MARK: - The signed text

    /// The signed text, letter by letter, as far as it has room.
    func exact(_ manifest: Manifest) -> String {
        let excerpt = Card.excerpt(of: manifest, upTo: limit.text)
        let blocks = CardBlock.blocks(of: excerpt.lines)
        let lines = excerpt.lines.map { PageText.escaped(SafeText.line($0)) + "\n" }
        let cut = blocks.map { block in excerpt.cut.contains { block.lines.contains($0) } }
        let needs = zip(blocks, cut).map { block, isCut in
            lines[block.lines].reduce(isCut ? gap.utf8.count : 0) { $0 + $1.utf8.count }
        }
        var html = ""
        for (place, share) in FairShare.of(limit.text, among: needs).enumerated() {
            let block = blocks[place]
            let isCut = cut[place] || needs[place] > share
            var rest = share - (isCut ? gap.utf8.count : 0)
            for line in lines[block.lines] {
                rest -= line.utf8.count
                guard rest >= 0 else { break }
                html += line
            }
            if isCut { html += gap }
        }
        let label = words.of(.signedText)
        return "<details><summary>\(label)</summary><pre tabindex=\"0\" lang=\"en\" "
            + "role=\"region\" aria-label=\"\(label)\">\(html)</pre></details>\n"
    }

    /// A line of ours, where lines of the signed text have no room.
    private var gap: String {
        let mark = CardOrigin.unknown.mark
        let says = "<span lang=\"\(language.rawValue)\">\(words.of(.restUnshown))</span>"
        return mark + String(repeating: " ", count: CardWriter.labelColumns + 1) + says + "\n"
    }
}
