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

    /// The place of a reason, by its words: of thousands of files each failure is added at once.
    private var places: [Failure: Int] = [:]

    /// Adds a failure; those that differ in the file alone are one.
    mutating func add(_ failure: Failure) {
        var reason = failure
        reason.subject = nil
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
