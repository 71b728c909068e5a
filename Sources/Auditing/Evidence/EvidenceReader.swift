import LogReader

/// The files of evidence that a source has.
struct EvidenceReader: Sendable {
    private let source: any LogSource

    init(_ source: any LogSource) {
        self.source = source
    }

    /// What a source has of one.
    enum Answer: Sendable {
        /// Most bundles have no head that somebody dated.
        case nothing

        case bytes([UInt8])

        /// It is too large to be read beside others.
        case large

        /// It is not what such a file can be, in words.
        case wrong(String)
    }

    /// Reads some files at once, and gives them in their order.
    func read(
        _ numbers: [UInt64], isFresh: (UInt64) -> Bool
    ) async throws -> [(UInt64, Answer)] {
        try await withThrowingTaskGroup(of: (UInt64, Answer).self) { group in
            for number in numbers {
                let isFresh = isFresh(number)
                group.addTask {
                    let limit = EvidencePass.aheadBytes
                    return (number, try await read(number, isFresh: isFresh, limit: limit))
                }
            }
            var files: [(UInt64, Answer)] = []
            for try await file in group { files.append(file) }
            return files.sorted { $0.0 < $1.0 }
        }
    }

    /// Reads one; a fresh one comes from no cache on the way.
    func read(
        _ number: UInt64, isFresh: Bool, limit: Int = EvidenceFile.byteLimit
    ) async throws(LogError) -> Answer {
        let file = LogLayout.tiles.file(.anchors(number))
        do throws(LogError) {
            let bytes =
                isFresh
                ? try await source.freshBytes(of: file, limit: limit)
                : try await source.bytes(of: file, limit: limit)
            return bytes.map { .bytes($0) } ?? .nothing
        } catch {
            if case .tooLarge = error, limit < EvidenceFile.byteLimit { return .large }
            guard error.meaning == .wrong else { throw error }
            return .wrong(error.reason)
        }
    }
}
