package import Ledger

extension Ledger {
    /// Registers a batch as a server does: in chunks that are on their way side by side.
    package func register(_ items: [[UInt8]], inChunksOf size: Int) async -> [Registration] {
        let order = ChunkOrder()
        let starts = Array(stride(from: 0, to: items.count, by: size))
        return await withTaskGroup(of: (Int, [Registration]).self) { group in
            for (number, start) in starts.enumerated() {
                let chunk = Array(items[start..<min(start + size, items.count)])
                group.addTask {
                    (number, await self.register(chunk, number: number, in: order))
                }
            }
            var answers = [[Registration]](repeating: [], count: starts.count)
            for await (number, answer) in group { answers[number] = answer }
            return answers.flatMap { $0 }
        }
    }
}
