/// The targets that `Package.swift` describes, and what each declares of ours.
///
/// The package manager builds a target that imports what it does not declare, as long as something
/// else that it needs declares it: the order of a build decides whether it is there yet.
struct PackageTargets {
    /// For each target, the targets of the package that it names as its dependencies.
    private(set) var dependencies: [String: Set<String>] = [:]

    /// The programs: who declares one starts it, and imports nothing of it.
    private(set) var programs: Set<String> = []

    /// Reads the text of `Package.swift`.
    init(manifest: String) {
        for match in manifest.matches(of: Self.target) {
            let name = String(match.output.2)
            let start = match.output.1
            if start.hasPrefix("program") || start.hasPrefix(".executable") {
                programs.insert(name)
            }
            let list = match.output.3 ?? ""
            dependencies[name] = Set(list.matches(of: #/"([\w-]+)"/#).map { String($0.output.1) })
        }
    }

    /// Returns each import of a target of ours that is not declared, and each declared dependency
    /// that no file imports.
    ///
    /// - Parameter files: all Swift files of the package. A target without one is of C, where the
    ///   compiler alone knows what is included.
    func findings(_ files: [SourceFile]) -> [Finding] {
        Dictionary(grouping: files, by: \.target).sorted { $0.key < $1.key }.flatMap {
            findings(in: $0.key, $0.value)
        }
    }

    private func findings(in target: String, _ files: [SourceFile]) -> [Finding] {
        guard let declared = dependencies[target] else {
            return [Finding(path: target, line: 0, rule: "Package.swift has no such target")]
        }
        let stray = files.flatMap { file in
            Set(file.imports).filter { dependencies[$0] != nil && !declared.contains($0) }
                .sorted().map {
                    Finding(path: file.path, line: 0, rule: "\(target) does not declare \($0)")
                }
        }
        let idle = declared.subtracting(files.flatMap(\.imports)).subtracting(programs)
        return stray
            + idle.sorted().map {
                Finding(path: target, line: 0, rule: "declares \($0), which no file of it imports")
            }
    }

    /// A target: how it is made, its name, and the list of what it depends on.
    private static var target: Regex<(Substring, Substring, Substring, Substring?)> {
        #/
            ( \b (?:library|program|tests|support) \( \s*
                | \. (?:target|executableTarget|systemLibrary) \( \s* name: \s* )
            "([\w-]+)"
            (?: , \s* (?: dependencies: \s* )? \[ ([^\]]*) \] )?
            /#.wordBoundaryKind(.simple)
    }
}
