import TestSupport

// MARK: - Whether a list is complete

extension LedgerProcess {
    /// Serves a new ledger that knows the key of the PoP in Berlin, and makes an index head a
    /// second after an entry.
    static func indexing() async throws -> LedgerProcess {
        let ledger = try await LedgerProcess(
            in: Workshop(), serve: ["--index", "on", "--index-interval", "1s"])
        try await ledger.add("berlin", issuer: Workshop.berlin)
        return ledger
    }

    /// Runs `complete` at this ledger, by the kit `trust`.
    func complete(_ arguments: [String]) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["complete", "--trust", "trust", "--ledger", address] + arguments,
            in: shop.folder)
    }

    /// Waits until an index head covers the entries of a name, so many.
    func awaitHead(over name: [String], entries count: Int = 1) async throws {
        try await eventually("an index head covers \(name)") {
            let asked = try await complete(name + ["--json"])
            let answers = asked.objects.first?["answers"] as? [[String: Any]]
            return answers?.first?["count"] as? Int == count
        }
    }

    /// Waits until an index head covers the entry of a work, and writes the kit of then.
    func cover(_ work: String) async throws {
        try await writeKit()
        try await awaitHead(over: [work])
        // The head and its receipt are newer than the kit, and no key is.
        try await writeKit()
    }
}
