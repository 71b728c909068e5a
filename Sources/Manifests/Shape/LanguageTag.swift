import Encoding

/// The syntax of language tags (RFC 5646 §2.1, part of BCP 47), private use included.
///
/// The grandfathered tags of the old registry are not accepted: each has a replacement.
enum LanguageTag {
    /// Real tags are far shorter; this bounds the work.
    static let longest = 64

    /// Returns whether `text` has the form of a language tag.
    static func isWellFormed(_ text: Text) -> Bool {
        guard text.utf8.count <= longest else { return false }
        // Nearly all are a language alone.
        if text.utf8.count == 2 || text.utf8.count == 3, text.utf8.allSatisfy(\.isLetter) {
            return true
        }
        var subtags = text.utf8.split(
            separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)[
                ...]
        guard subtags.allSatisfy({ (1...8).contains($0.count) && $0.allSatisfy(\.isAlphanumeric) })
        else { return false }
        if isPrivateUse(subtags) { return true }
        guard takeLanguage(&subtags) else { return false }
        _ = take(&subtags) { $0.count == 4 && $0.allSatisfy(\.isLetter) }
        _ = take(&subtags) { region in
            (region.count == 2 && region.allSatisfy(\.isLetter))
                || (region.count == 3 && region.allSatisfy(\.isDigit))
        }
        while take(&subtags, if: isVariant) {}
        while takeExtension(&subtags) {}
        return subtags.isEmpty || isPrivateUse(subtags)
    }

    private typealias Subtag = ArraySlice<UInt8>

    private static func take(
        _ subtags: inout ArraySlice<Subtag>, if isWanted: (Subtag) -> Bool
    ) -> Bool {
        guard let first = subtags.first, isWanted(first) else { return false }
        subtags.removeFirst()
        return true
    }

    /// Takes a language of 2 to 8 letters, and up to three extended ones after a short one.
    private static func takeLanguage(_ subtags: inout ArraySlice<Subtag>) -> Bool {
        guard let language = subtags.first, language.count >= 2, language.allSatisfy(\.isLetter)
        else { return false }
        subtags.removeFirst()
        guard language.count <= 3 else { return true }
        var extended = 0
        while extended < 3, take(&subtags, if: { $0.count == 3 && $0.allSatisfy(\.isLetter) }) {
            extended += 1
        }
        return true
    }

    private static func isVariant(_ subtag: Subtag) -> Bool {
        subtag.count >= 5 || (subtag.count == 4 && subtag.first?.isDigit == true)
    }

    /// Takes a letter or digit other than `x`, and one or more subtags of 2 to 8 characters.
    private static func takeExtension(_ subtags: inout ArraySlice<Subtag>) -> Bool {
        guard let singleton = subtags.first, singleton.count == 1, !isX(singleton),
            let next = subtags.dropFirst().first, next.count >= 2
        else { return false }
        subtags.removeFirst()
        while take(&subtags, if: { $0.count >= 2 }) {}
        return true
    }

    private static func isPrivateUse(_ subtags: ArraySlice<Subtag>) -> Bool {
        guard let singleton = subtags.first else { return false }
        return isX(singleton) && subtags.count >= 2
    }

    private static func isX(_ subtag: Subtag) -> Bool {
        subtag.count == 1 && subtag.first.map { $0 | 0x20 } == UInt8(ascii: "x")
    }
}
