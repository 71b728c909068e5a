package import Encoding
package import Merkle
package import Provenance

/// What is looked for next, each once and in the order in which it was named.
package struct HistoryNames: Sendable {
    /// Entries by their names.
    package private(set) var entries: [EntryID] = []

    /// Threads, whose entries are looked for.
    package private(set) var threads: [Text] = []

    /// Files, whose entries are looked for.
    package private(set) var files: [Hash] = []

    private var knownEntries: Set<EntryID> = []
    private var knownThreads: Set<Text> = []
    private var knownFiles: Set<Hash> = []

    /// Names nothing.
    package init() {}

    /// Whether nothing is left to be looked for.
    package var isEmpty: Bool { entries.isEmpty && threads.isEmpty && files.isEmpty }

    /// Names an entry.
    package mutating func add(_ entry: EntryID) {
        if knownEntries.insert(entry).inserted { entries.append(entry) }
    }

    /// Names a thread.
    mutating func add(thread: Text) {
        if knownThreads.insert(thread).inserted { threads.append(thread) }
    }

    /// Names a file.
    package mutating func add(file: Hash) {
        if knownFiles.insert(file).inserted { files.append(file) }
    }

    /// Names all that a step leads to: what it was made from, its thread, its files.
    mutating func add(_ step: HistoryStep, files digests: [Hash]) {
        for parent in step.parents {
            switch parent.name {
            case .entry(let entry): add(entry)
            case .file(let digest): add(file: digest)
            }
        }
        add(thread: step.thread)
        for digest in digests { add(file: digest) }
    }

    /// Takes what is to be looked for now; what was named before is not named again.
    package mutating func take() -> HistoryNames {
        let taken = self
        (entries, threads, files) = ([], [], [])
        return taken
    }
}
