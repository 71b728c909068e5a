/// The sections that comments and documents cite, held to the headings of the documents.
///
/// A citation names its document, `log.md §6`, or a standard, `RFC 9162 §2.1.3`. After a comma,
/// "and", "or" or "to" another section of the same one may follow.
struct Citations {
    /// For each document in `Schemas/`, the numbers of its headings.
    private let sections: [String: Set<String>]

    /// Bytes of text before a section sign in which its document must stand.
    private static let reach = 120

    /// Reads the headings of `documents`, the texts in `Schemas/` by their names.
    init(documents: [String: String]) {
        sections = documents.mapValues { text in
            Set(text.split(separator: "\n").compactMap { Self.number(ofHeading: $0) })
        }
    }

    /// Returns the citations in `text`, a document or the comments of a source file, that lead
    /// nowhere.
    func findings(in text: String, path: String) -> [Finding] {
        guard text.contains("§") else { return [] }
        var findings: [Finding] = []
        var cited: Source?
        var tail = ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            var before = tail + " "
            for (position, part) in Self.content(of: line).split(
                separator: "§", omittingEmptySubsequences: false
            ).enumerated() {
                if position > 0 {
                    cited = Self.source(before: before, following: cited)
                    if let rule = complaint(about: part, of: cited) {
                        findings.append(Finding(path: path, line: number + 1, rule: rule))
                    }
                    before += "§"
                }
                before += part
            }
            tail = String(before.suffix(Self.reach))
        }
        return findings
    }

    /// What a section belongs to.
    private enum Source {
        case document(String)
        case standard
    }

    /// Says why the section at the start of `text` cannot be found; nil where it can.
    private func complaint(about text: Substring, of source: Source?) -> String? {
        guard let match = text.prefixMatch(of: /\d+(?:\.\d+)*/) else {
            return "a section sign without a number"
        }
        switch source {
        case nil: return "§\(match.0) names no document: write log.md §1, or RFC 9162 §2.1"
        case .standard: return nil
        case .document(let name):
            guard let numbers = sections[name] else { return "there is no Schemas/\(name)" }
            return numbers.contains(String(match.0)) ? nil : "\(name) has no §\(match.0)"
        }
    }

    /// Finds what the section behind `text` belongs to.
    private static func source(before text: String, following cited: Source?) -> Source? {
        if let match = text.firstMatch(of: document) { return .document(String(match.1)) }
        if text.firstMatch(of: standard) != nil { return .standard }
        return text.firstMatch(of: continuation) == nil ? nil : cited
    }

    /// A document's name, perhaps as a link or as code, at the end of a text.
    private static var document: Regex<(Substring, Substring)> {
        #/
            ([A-Za-z][\w-]*\.md) [`\]]* (?: \( [^()]* \) )? \s* $
            /#
    }

    /// The name of a standard at the end of a text.
    private static var standard: Regex<Substring> {
        #/
            (?: RFC\s\d+ | SCRAPI(?:-\d+)? | ISO/IEC\s[\d-]+ | X\.\d+ | SEC\s1 | FIPS\s[\d-]+
                | SP\s800-\d+ | draft-[\w-]+ ) \s* $
            /#
    }

    /// A section of the same document, and what joins the next one to it.
    private static var continuation: Regex<Substring> {
        #/
            § [\d.]+ (?: - [\d.]+ )? (?: , | \s and | \s or | \s to | ,\sand ) \s* $
            /#
    }

    /// A line without the marks of a comment before it.
    private static func content(of line: Substring) -> Substring {
        line.drop { " /#;*>|".contains($0) }
    }

    private static func number(ofHeading line: Substring) -> String? {
        line.prefixMatch(of: #/\#{1,4}\ (\d+(?:\.\d+)*)\.?\ /#).map { String($0.1) }
    }
}
