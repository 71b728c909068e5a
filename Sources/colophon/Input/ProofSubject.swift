import Encoding
import Files
import Provenance
import Studio

/// What somebody names for a proof: a file, a position in the log, or an entry.
enum ProofSubject {
    case index(UInt64)
    case entry(EntryID)
    case artifact(String)
    case record(String)

    /// Reads a name as people paste it.
    ///
    /// One that could be two things is refused: a proof of the wrong thing looks like any other.
    static func parse(_ text: String) throws(Failure) -> ProofSubject {
        let isFile = try NamedFile.isTaken(text)
        if let index = DecimalNumber.parse(text) {
            guard !isFile else { throw Self.ambiguous(text, "an index", "--index \(text)") }
            return .index(index)
        }
        let name = text.contains("/entries/") && !isFile ? try EntryArgument.parse(text) : nil
        if let entry = name ?? EntryID(Text(text)) {
            guard !isFile else { throw Self.ambiguous(text, "an entry", "--entry=\(text)") }
            return .entry(entry)
        }
        try NamedFile.requireThere(text)
        if RecordFile.isName(text) { return .record(text) }
        return try isRecordAlone(text) ? .record(text) : .artifact(text)
    }

    /// Whether a file without a record's name begins as one, and has none beside it.
    private static func isRecordAlone(_ path: String) throws(Failure) -> Bool {
        guard try !NamedFile.isTaken(path + RecordFile.suffix) else { return false }
        return try NamedFile.beginsAsRecord(path)
    }

    private static func ambiguous(_ text: String, _ what: String, _ flag: String) -> Failure {
        .usage(
            "\"\(text)\" is the name of a file, and \(what)",
            hint: "write \(ShellWord.quoted("./" + text)) for the file, or \(flag)")
    }

    /// Returns what is to be proven; of an artifact the entries that are `picked`, or all.
    func entry(
        picked: [EntryID], _ console: Console
    ) throws(Failure) -> EntryToProve {
        switch self {
        case .index(let index): .index(index)
        case .entry(let entry): .entry(entry)
        case .record(let path): .record(try NamedFile.record(path).content)
        case .artifact(let path):
            .artifact(try NamedFile.work(path, console).digest, picked: picked)
        }
    }
}

/// A number of entries as people write it.
enum DecimalNumber {
    /// Reads a number of decimal digits without a sign or a leading zero; nil for anything else.
    static func parse(_ text: String) -> UInt64? {
        guard let number = UInt64(text), "\(number)" == text, number <= UInt64(Int64.max) else {
            return nil
        }
        return number
    }
}
