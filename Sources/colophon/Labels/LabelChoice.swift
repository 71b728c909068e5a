import Encoding
import Manifests
import Merkle
import Provenance

/// Which records of a call get a label, and what is said of the others.
///
/// Nothing is verified: each record is taken by what its manifest says, where that is the signed
/// one.
struct LabelChoice {
    /// What a person should know of a record.
    struct Remark: Hashable {
        /// The file of the record; `Text`, so that names that look the same are two.
        let path: Text

        /// What it is, and what follows.
        let words: Text

        init(_ path: Text, _ words: String) {
            (self.path, self.words) = (path, Text(words))
        }
    }

    /// A record that says that it takes others back.
    private struct Taker {
        let path: Text
        let isWithdrawal: Bool
        let parents: [ProvenanceFacts.Parent]
    }

    /// Parents of one record that are looked at, and records of one work that are named by its
    /// digest: a person reads no more.
    private static let limit = 8

    /// The records that no label is made of, in the order of the call.
    private(set) var passedOver: [Remark] = []

    private var takers: [Taker] = []

    /// The files of the records that get a label: by their entries, and by the works they name.
    private var entries: [EntryID: Text] = [:]
    private var works: [Hash: [Text]] = [:]

    /// Says whether a record gets a label: it is one of a work, and withdraws nothing.
    mutating func takes(_ record: TransparentStatement, from name: String) -> Bool {
        let path = Text(name)
        let statement = record.statement
        guard statement.predicate == PredicateType.provenance else {
            passedOver.append(
                Remark(
                    path,
                    "is of type \(statement.predicate), and no record of a work: it gets no label"))
            return false
        }
        let facts = WorkLabel.facts(of: record)
        let isWithdrawal = facts?.event == "withdraw"
        if let facts, isWithdrawal || facts.event == "correct" {
            takers.append(
                Taker(
                    path: path, isWithdrawal: isWithdrawal,
                    parents: Array(facts.parents.prefix(Self.limit))))
        }
        guard !isWithdrawal else {
            passedOver.append(Remark(path, "is a withdrawal: it gets no label"))
            return false
        }
        entries[statement.id] = path
        for digest in statement.subjectDigests where works[digest, default: []].count < Self.limit {
            works[digest, default: []].append(path)
        }
        return true
    }

    /// The records with a label that another one of the call says that it withdraws or corrects, by
    /// their paths.
    var takenBack: [Remark] {
        var found: Set<Remark> = []
        for taker in takers {
            for path in taker.parents.flatMap(paths(of:)) where path != taker.path {
                let words =
                    taker.isWithdrawal
                    ? "is withdrawn by \(taker.path): its label is made all the same"
                    : "is corrected by \(taker.path): its label is made all the same, and says "
                        + "what was corrected"
                found.insert(Remark(path, words))
            }
        }
        return found.sorted { ($0.path, $0.words) < ($1.path, $1.words) }
    }

    /// The records of the call that a parent may be: that of its entry, or else those of its file.
    private func paths(of parent: ProvenanceFacts.Parent) -> [Text] {
        if let name = parent.entry, let entry = EntryID(name) {
            return entries[entry].map { [$0] } ?? []
        }
        return parent.sha256.flatMap { works[$0] } ?? []
    }
}
