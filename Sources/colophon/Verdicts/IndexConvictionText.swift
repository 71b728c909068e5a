import Encoding
import IndexMap
import Provenance

/// What two files show of a ledger's index, in words for a person or as one JSON object for a
/// program.
struct IndexConvictionText: ConvictionReport {
    private let files: [String]
    private let origin: Text

    /// What the ledger is convicted of, or why it is not.
    let verdict: Result<IndexConviction, IndexAcquittal>

    /// - Parameters:
    ///   - files: How the two files were named.
    ///   - origin: The origin of the kit's ledger.
    init(files: [String], origin: Text, _ verdict: Result<IndexConviction, IndexAcquittal>) {
        self.files = files
        self.origin = origin
        self.verdict = verdict
    }

    /// The text: the answer first, then what to do with it.
    var lines: [String] {
        let name = files.joined(separator: " and ") + ":"
        switch verdict {
        case .success(let conviction):
            return Columns.pack(
                ["\(origin) IS CONVICTED:", Self.words(conviction)], head: name, indent: "  ")
                + (Self.alibi(conviction) + Self.advice(origin, files.count)).flatMap {
                    Columns.wrap($0, head: "  ")
                }
        case .failure(let acquittal):
            return Columns.pack(["CONVICTS NOBODY:", "\(acquittal)"], head: name, indent: "  ")
        }
    }

    /// What the ledger has done.
    static func words(_ conviction: IndexConviction) -> String {
        let heads = conviction.heads.map { "entry \($0.index), over \($0.size) entries" }
        let head = "its index head (\(heads.first ?? ""))"
        let later = "a later one (\(heads.last ?? ""))"
        return switch conviction.kind {
        case .omission(let entry, let name):
            "\(head) does not list entry \(entry), which has \(words(name))"
        case .shrinking(let entry, let name):
            entry.map { "\(head) lists entry \($0) for \(words(name)), and \(later) does not" }
                ?? "\(head) lists more entries for \(words(name)) than \(later)"
        case .late(let entry, let name):
            "\(head) does not list entry \(entry) for \(words(name)), and \(later) does"
        case .twoRoots: "two index heads of one size differ: \(heads.joined(separator: "; "))"
        case .otherTree: "\(head) names another tree than the ledger has signed at its size"
        case .twoOfOneNumber(let number):
            "two index heads have the number \(number): \(heads.joined(separator: "; "))"
        case .outOfOrder: "\(later) does not follow \(head), as its number says"
        case .splitView(let size):
            "it has signed two trees of size \(size): some were shown another log than others"
        case .unknownType(let entry, let type):
            "entry \(entry), above \(head), is of a type that no index covers: "
                + (type?.string ?? "none that is text")
        }
    }

    private static func words(_ name: IndexName) -> String {
        let value = name.text
        return switch name.kind {
        case .artifact: "the file SHA-256 \(value)"
        case .sub: "the thread \(value)"
        case .iss: "the issuer \(value)"
        case .title: "the title \(value)"
        }
    }

    /// What the operator says to it, who may say so to get away with it: it acquits nobody.
    private static func alibi(_ conviction: IndexConviction) -> [String] {
        guard let size = conviction.suspectFrom else { return [] }
        return [
            """
            Its operator says that a key was stolen, and that a thief may have signed what is of \
            size \(size) or more.
            """
        ]
    }

    private static func advice(_ origin: Text, _ count: Int) -> [String] {
        let (keep, them) = count == 1 ? ("the file", "it") : ("both files", "them")
        return [
            """
            What \(origin) says to be all entries of a name is not to be relied on. Whoever has \
            the log can compute its index again.
            """,
            """
            Keep \(keep) and send \(them) to everyone who relies on the ledger, to its operator \
            and to its witnesses. Each can check \(them) with this command; nobody could have made \
            \(them) without the ledger's private keys. Whether the ledger used those, or a thief, \
            is not shown.
            """,
        ]
    }

    /// The answer for programs.
    var json: JSON.Object {
        var members: [(Text, JSON?)] = [
            ("files", .array(files.map { .string(Text($0)) })),
            ("convicts", .bool(status == .yes)), ("origin", .string(origin)),
        ]
        switch verdict {
        case .success(let conviction):
            members.append(("what", .string(Text(conviction.kind.word))))
            members.append(
                (
                    "heads",
                    .array(
                        conviction.heads.map { head in
                            [
                                "entry": .string(Text("\(head.entry)")),
                                "index": .integer(Int64(clamping: head.index)),
                                "size": .integer(Int64(clamping: head.size)),
                            ]
                        })
                ))
            members.append(("suspectFrom", Self.number(conviction.suspectFrom)))
            switch conviction.kind {
            case .omission(let entry, let name), .late(let entry, let name):
                members += Self.members(of: name, entry)
            case .shrinking(let entry, let name):
                members += Self.members(of: name, entry)
            case .splitView(let size):
                members.append(("size", Self.number(size)))
            case .unknownType(let entry, let type):
                members += [
                    ("index", .integer(Int64(clamping: entry))),
                    ("typ", type.map { .string($0) } ?? .null),
                ]
            case .twoRoots, .otherTree, .twoOfOneNumber, .outOfOrder: break
            }
        case .failure(let acquittal):
            members.append(("reason", .string(Text("\(acquittal)"))))
        }
        return Console.object(members)
    }

    private static func members(of name: IndexName, _ entry: UInt64?) -> [(Text, JSON?)] {
        [
            ("index", number(entry)), ("kind", .string(Text(name.kind.words))),
            ("value", .string(Text(name.text))),
        ]
    }

    private static func number(_ value: UInt64?) -> JSON {
        value.map { .integer(Int64(clamping: $0)) } ?? .null
    }
}
