/// The types that targets declare outside all braces, and the files that hold them.
struct TypeNames {
    /// For each name that several targets declare for other files, these targets.
    let shared: [String: Set<String>]

    init(_ files: [SourceFile]) {
        var targets: [String: Set<String>] = [:]
        for file in files {
            for name in file.declarations.types { targets[name, default: []].insert(file.target) }
        }
        shared = targets.filter { $0.value.count > 1 }
    }

    /// Returns what differs from the table of the names that may be shared.
    func findings(_ table: [String: Set<String>]) -> [Finding] {
        Set(shared.keys).union(table.keys).sorted().compactMap { name in
            let (found, allowed) = (shared[name] ?? [], table[name] ?? [])
            guard found != allowed else { return nil }
            let rule =
                found.isEmpty
                ? "no longer declared in two targets: take it out of the table"
                : "declared in \(found.sorted()), and the table says \(allowed.sorted())"
            return Finding(path: name, line: 0, rule: rule)
        }
    }

    /// Whether a file bears the name of what is in it: of a type that it declares or extends, or of
    /// a function or value where it has no type of its own.
    ///
    /// After a plus sign stands what an extension adds.
    static func bearsName(_ file: SourceFile) -> Bool {
        let read = file.declarations
        let parts = file.name.split(separator: "+", maxSplits: 1).map(String.init)
        guard let name = parts.first else { return false }
        // `JSON.Object` is `JSON+Object.swift` or `Object.swift`.
        let extended = read.extended.flatMap { $0.split(separator: ".").map(String.init) }
        if parts.count > 1 { return extended.contains(name) }
        let declared = read.types.union(read.privateTypes)
        guard declared.isEmpty && extended.isEmpty else {
            return declared.contains(name) || extended.contains(name)
        }
        return read.functions.union(read.values).contains { Self.begins($0, as: name) }
    }

    /// `Decimal.swift` holds `decimal(_:)`, `KeyName.swift` holds `isKeyName(_:)`.
    private static func begins(_ member: String, as name: String) -> Bool {
        member.lowercased().hasSuffix(name.lowercased())
    }
}
