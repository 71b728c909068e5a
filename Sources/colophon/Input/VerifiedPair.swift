import Files
import Provenance
import Studio

/// An artifact and the record that is about it.
struct VerifiedPair {
    /// The artifact or record that the answer is about, as it was named.
    let name: String

    /// The artifact; nil where only its record is there, or asked about.
    let artifact: String?

    let record: String

    /// Pairs the arguments: `FILE...` with a record beside each, or `FILE RECORD`.
    static func pairs(of arguments: [String]) throws(Failure) -> [VerifiedPair] {
        if try isPair(arguments) {
            return [
                VerifiedPair(
                    name: arguments[0], artifact: arguments[0], record: arguments[1])
            ]
        }
        return try arguments.map { argument throws(Failure) in
            guard try isRecord(argument) else {
                return VerifiedPair(
                    name: argument, artifact: argument, record: argument + RecordFile.suffix)
            }
            return VerifiedPair(
                name: argument, artifact: try artifact(beside: argument), record: argument)
        }
    }

    /// The records that the arguments name, alone: no artifact is opened, not even whether it is
    /// there, and the answer bears the record's name.
    static func records(of arguments: [String]) throws(Failure) -> [VerifiedPair] {
        let names = try isPair(arguments) ? [arguments[1]] : arguments
        return try names.map { argument throws(Failure) in
            let record = try isRecord(argument) ? argument : argument + RecordFile.suffix
            return VerifiedPair(name: record, artifact: nil, record: record)
        }
    }

    /// Says whether the arguments are an artifact and its record in any folder.
    ///
    /// What an artifact's name tells comes before what is in it: it may hold a COSE message.
    private static func isPair(_ arguments: [String]) throws(Failure) -> Bool {
        guard arguments.count == 2, !RecordFile.isName(arguments[0]) else { return false }
        if RecordFile.isName(arguments[1]) { return true }
        guard try isRecord(arguments[1]) else { return false }
        return try !isRecord(arguments[0])
    }

    /// Says whether a file is a record: by its name, else by how it begins, where no record lies
    /// beside it.
    ///
    /// Mail and browsers rename what they do not know.
    static func isRecord(_ path: String) throws(Failure) -> Bool {
        if RecordFile.isName(path) { return true }
        guard try !NamedFile.isTaken(path + RecordFile.suffix) else { return false }
        return try NamedFile.beginsAsRecord(path)
    }

    /// The artifact that a record's name tells of; nil where there is none.
    private static func artifact(beside record: String) throws(Failure) -> String? {
        guard let name = RecordFile.artifactName(of: record) else { return nil }
        if try NamedFile.isTaken(name) { return name }
        guard let first = RecordFile.work(ofFurther: record) else { return nil }
        return try NamedFile.isTaken(first) ? first : nil
    }
}
