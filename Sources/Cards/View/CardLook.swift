public import Encoding
public import Manifests
import Provenance

/// The lines of what a work looks like, and of the Content Credentials that it carries.
///
/// The text of template 1 has both as they were signed; these say what they are good for.
enum CardLook {
    /// What the record says.
    static func stated(_ manifest: Manifest) -> [CardLine] {
        guard let facts = try? ProvenanceFacts(manifest) else { return [] }
        var lines = look(facts.perceptualHashes).map { [CardLine(.stated, .look, $0)] } ?? []
        if let likeness = ParentLikeness(manifest) {
            let word: CardWord = likeness.isExplained ? .parentLooks : .parentStrays
            lines.append(CardLine(.stated, .parentLook, word, "\(likeness.nearest.distance)"))
        }
        if let credentials = facts.contentCredentials {
            lines.append(
                CardLine(
                    .stated, .credentials, .credentialsNamed, credentials.manifestURN.string))
        }
        return lines
    }

    /// What of the look can be compared; nil where the record says nothing of it.
    private static func look(_ hashes: [PerceptualHash]) -> CardSentence? {
        guard let first = hashes.first else { return nil }
        let pdq = hashes.filter { $0.algorithm == PerceptualHash.pdq }
        if pdq.comparable != nil { return CardSentence(.lookRecorded) }
        if pdq.contains(where: { $0.value == PerceptualHash.none || $0.pdqHash != nil }) {
            return CardSentence(.lookPlain)
        }
        if let reason = pdq.first(where: { $0.value == PerceptualHash.unavailable })?.profile {
            return CardSentence(.lookUnavailable, [.text(reason)])
        }
        if pdq.contains(where: \.isNoPDQ) { return CardSentence(.lookMalformed) }
        return CardSentence(.lookOther, [.text(first.algorithm)])
    }

    /// How near another file looks to the work; none where it does not, and where it is the work.
    static func compared(
        _ likeness: PictureLikeness?, to statement: Statement, _ report: Report?,
        isSameFile: Bool
    ) -> [CardLine] {
        guard let likeness, !isSameFile else { return [] }
        let entry = report?.index.map { "\($0)" } ?? "\(statement.id)"
        let sentence = CardSentence.looksLike(entry: Text(entry), likeness.band)
        return [CardLine(.proven, .look, sentence)]
    }

    /// Whether the file that was compared carries what the record names; none where nobody looked.
    static func carried(_ match: CredentialMatch?, isSameFile: Bool) -> [CardLine] {
        let word: CardWord
        switch (match, isSameFile) {
        case (nil, _), (.notChecked, _): return []
        case (.unread, _): return [CardLine(.unknown, .credentials, .credentialsUnread)]
        case (.same, true): word = .credentialsSame
        case (.other, true): word = .credentialsOther
        case (.gone, true): word = .credentialsGone
        case (.same, false): word = .credentialsCopied
        case (.other, false): word = .credentialsDiffer
        case (.gone, false): word = .credentialsLost
        }
        return [CardLine(.proven, .credentials, word)]
    }
}

extension CardSentence {
    /// Says that a work looks like that of an entry: never that it is that one.
    public static func looksLike(entry: Text, _ band: LikenessBand) -> CardSentence {
        let word: CardWord =
            switch band {
            case .resaved: .bandResaved
            case .resized: .bandResized
            case .similar: .bandSimilar
            }
        return CardSentence(.looksLike, [.text(entry), .word(word)])
    }
}
