import Encoding
import IndexMap
import Merkle

/// What a proof of completeness shows, in words for a person.
struct CompleteWords {
    /// The most entries, and the most ranges of positions, that are named; others are counted.
    private static let nameLimit = 8

    private typealias Phrase = VerdictPhrase

    private let name: IndexName
    private let head: Report.Completeness.Head
    private let artifact: Hash?

    /// Prepares to speak of a name, by a head that is proven; `artifact` is the file that was
    /// compared with the record.
    init(of name: IndexName, by head: Report.Completeness.Head, _ artifact: Hash?) {
        self.name = name
        self.head = head
        self.artifact = artifact
    }

    /// What is listed, all of which is here.
    ///
    /// - Parameters:
    ///   - listed: The entries that may have the name: none that was shown not to have it.
    ///   - isAll: Whether each of them is shown.
    func whole(_ listed: [UInt64], isAll: Bool) -> String {
        guard let first = listed.first else {
            return Phrase.completeNone.with(["names": verb(1), "size": size, "head": headWords])
        }
        guard listed.count > 1 else {
            let phrase = isAll ? Phrase.completeOne : .completeAtMostOne
            return phrase.with([
                "entry": "\(first)", "names": verb(1), "size": size, "head": headWords,
            ])
        }
        let phrase = isAll ? Phrase.completeAll : .completeAtMost
        return phrase.with([
            "count": "\(listed.count)", "name": verb(2), "size": size, "head": headWords,
            "entries": Self.list(listed.map { "\($0)" }),
        ])
    }

    /// What is listed, of which some positions are here.
    func part(of count: UInt64, _ runs: [IndexListing.Run]) -> String {
        guard !runs.isEmpty else {
            return Phrase.completeNoPages.with([
                "count": "\(count)", "name": verb(2), "size": size, "head": headWords,
            ])
        }
        let positions = runs.map {
            Phrase.positions.with(["first": "\($0.from)", "last": "\($0.end - 1)"])
        }
        return Phrase.completePages.with([
            "count": "\(count)", "name": verb(2), "size": size, "head": headWords,
            "positions": Self.list(positions),
        ])
    }

    /// What always follows: what is not covered, and whose word it is.
    var rest: [String] {
        let later =
            head.notCovered == 1
            ? Phrase.completeLaterOne.words
            : Phrase.completeLater.with(["count": "\(head.notCovered)"])
        return [later, Phrase.completeComputed.words]
    }

    /// That entries are listed which were shown not to have the name; nil where there are none.
    func passedOver(_ entries: [UInt64]) -> String? {
        guard let first = entries.first else { return nil }
        return entries.count == 1
            ? Phrase.completePassedOver.with(["entry": "\(first)"])
            : Phrase.completePassedOverMore.with([
                "entries": Self.list(entries.map { "\($0)" })
            ])
    }

    /// That an entry has the name, and is not listed.
    func omitted(_ entry: UInt64) -> String {
        Phrase.completeOmitted.with(["entry": "\(entry)", "names": verb(1)])
    }

    /// That the proof is about nothing of the record.
    static func other(_ name: IndexName) -> String {
        Phrase.completeOther.with(["what": what(name, nil)])
    }

    /// What is wrong with the proof of a name.
    static func fault(_ error: IndexProofError, of name: IndexName) -> String {
        Phrase.completeProofFault.with(["what": what(name, nil), "reason": "\(error)"])
    }

    private var size: String { "\(head.size)" }

    private var headWords: String {
        let time = "\(Instant(head.time))"
        return switch head.witnesses {
        case 0: Phrase.completeHeadLogged.with(["time": time])
        case 1: Phrase.completeHeadSeenByOne.with(["time": time])
        default:
            Phrase.completeHeadSeen.with(["time": time, "count": "\(head.witnesses)"])
        }
    }

    /// What so many entries do.
    private func verb(_ count: Int) -> String {
        let isOne = count == 1
        let phrase: Phrase =
            name.kind == .artifact
            ? isOne ? .completeNames : .completeName : isOne ? .completeBelongs : .completeBelong
        return phrase.with(["what": Self.what(name, artifact)])
    }

    /// What a name is a name of.
    private static func what(_ name: IndexName, _ artifact: Hash?) -> String {
        let value = String(decoding: name.value, as: UTF8.self)
        return switch name.kind {
        case .artifact:
            artifact?.bytes == name.value
                ? Phrase.completeThisFile.words
                : Phrase.completeFile.with(["digest": Hex.encode(name.value)])
        case .sub: Phrase.completeThread.with(["value": value])
        case .iss: Phrase.completeIssuer.with(["value": value])
        case .title: Phrase.completeTitle.with(["value": value])
        }
    }

    /// The first of some words, and how many more there are.
    private static func list(_ words: [String]) -> String {
        let first = words.prefix(nameLimit).joined(separator: ", ")
        guard words.count > nameLimit else { return first }
        return Phrase.andMore.with(["names": first, "count": "\(words.count - nameLimit)"])
    }
}
