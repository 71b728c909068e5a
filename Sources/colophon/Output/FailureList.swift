import Encoding

/// Failures of many files, each reason told once.
struct FailureList {
    private struct Group {
        let failure: Failure
        var subjects: [String]
        var count: Int
    }

    /// Names that are told of one reason: enough to find the files by, few enough to be read.
    private static let nameLimit = 5

    private var groups: [Group] = []

    /// What a failure says apart from its file, byte for byte: a hint may name the file too.
    private struct Reason: Hashable {
        let status: ExitStatus
        let reason: Text
        let hint: Text?

        init(_ failure: Failure) {
            status = failure.status
            reason = Text(failure.reason)
            hint = failure.hint.map { Text($0) }
        }
    }

    /// The place of a reason: of thousands of files each failure is added at once.
    private var places: [Reason: Int] = [:]

    /// Adds a failure; those that differ in the file alone are one.
    mutating func add(_ failure: Failure) {
        let reason = Reason(failure)
        if let place = places[reason], failure.subject != nil {
            groups[place].count += 1
            guard groups[place].subjects.count < Self.nameLimit else { return }
            groups[place].subjects += failure.subject.map { [$0] } ?? []
            return
        }
        places[reason] = groups.count
        groups.append(
            Group(failure: failure, subjects: failure.subject.map { [$0] } ?? [], count: 1))
    }

    /// Tells all of them, in the order in which they came first.
    func print(to console: Console) {
        for group in groups {
            guard group.count > 1 else {
                console.report(group.failure)
                continue
            }
            var failure = group.failure
            failure.subject = "\(group.count) records"
            let more = group.count - group.subjects.count
            let names = group.subjects.joined(separator: ", ")
            console.report(failure, files: more > 0 ? "\(names) and \(more) more" : names)
        }
    }
}
