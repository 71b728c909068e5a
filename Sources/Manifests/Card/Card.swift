import Encoding

/// The manifest of an artifact as a person reads it, frozen by its template.
///
/// A pure function of the manifest's type, subjects and predicate; the member `card`, which holds
/// the card's digest, is not part of it. What a person read is therefore what was signed. Every
/// line begins with `[S]`, "the signer states": a manifest alone proves nothing.
public enum Card {
    /// The template that this version renders; a template never changes once it is published.
    public static let template: Int64 = 1

    /// Returns the card's text by template 1, in UTF-8.
    static func bytes(type: Text, subjects: [Subject], predicate: JSON.Object) -> [UInt8] {
        var writer = CardWriter()
        writer.write(type, subjects, predicate)
        return writer.bytes
    }

    /// Returns the same facts in other words: a translation, which nobody has signed.
    static func bytes(
        type: Text, subjects: [Subject], predicate: JSON.Object, in wording: CardWording
    ) -> [UInt8] {
        var writer = CardWriter(in: wording)
        writer.write(type, subjects, predicate)
        return writer.bytes
    }

    /// Returns the lines of the card's text by template 1, each value up to a limit.
    static func excerpt(
        type: Text, subjects: [Subject], predicate: JSON.Object, upTo valueLimit: Int
    ) -> CardExcerpt {
        var writer = CardWriter(upTo: valueLimit)
        writer.write(type, subjects, predicate)
        return CardExcerpt(
            lines: writer.bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) },
            cut: Set(writer.cuts.map(\.line)))
    }

    /// Returns the facts one by one, each in as many lines as the signer gave it, and each value up
    /// to a limit.
    static func facts(
        type: Text, subjects: [Subject], predicate: JSON.Object, in wording: CardWording?,
        upTo valueLimit: Int
    ) -> [CardFact] {
        var writer = CardWriter(in: wording, breaksLines: false, upTo: valueLimit)
        writer.write(type, subjects, predicate)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        var facts: [CardFact] = []
        var cuts = writer.cuts[...]
        // As scalars: a mark that combines would hide the column in which a text begins.
        for (number, line) in text.unicodeScalars.split(separator: "\n").enumerated() {
            let label = line.dropFirst(markColumns).prefix(CardWriter.labelColumns)
            let words = String(line.dropFirst(markColumns + CardWriter.labelColumns + 1))
            if let end = label.lastIndex(where: { $0 != " " }) {
                facts.append(CardFact(label: String(label[...end]), lines: [words]))
            } else if !facts.isEmpty {
                facts[facts.count - 1].lines.append(words)
            }
            if cuts.first?.line == number, let cut = cuts.popFirst(), !facts.isEmpty {
                facts[facts.count - 1].unshown = cut.unshown
            }
        }
        return facts
    }

    private static let markColumns = 4
}
