import Processes

/// Which program serves the ledger of an ordeal; each makes index heads.
enum ServingProgram: Sendable {
    /// `colophond`, with the shortest interval that it takes: 1 s.
    case product

    /// `colophon-ordeal serve`: the same ledger and the same routes, and an epoch every few hundred
    /// milliseconds, so that a kill or a power cut of a round meets tables and index heads.
    ///
    /// - Parameter killedAt: the writes that it must come to, one behind the other; it kills itself
    ///   before the last of them. None lets it live.
    case epochs(killedAt: [String] = [])

    /// The program and its arguments for the ledger in `data`.
    func command(data: String) -> [String] {
        switch self {
        case .product:
            return [
                Child.sibling("colophond"), "serve", "--data", data, "--listen", "127.0.0.1:0",
                "--index", "on", "--index-interval", "1s",
            ]
        case .epochs(let steps):
            let command = [Child.sibling("colophon-ordeal"), "serve", "--data", data]
            return steps.isEmpty ? command : command + ["--kill-at", steps.joined(separator: ",")]
        }
    }
}
