/// A moment at which the power goes, and what the disk makes of the writes since its last flush.
struct PowerCut: Sendable {
    /// What becomes of the writes after the last flush.
    enum Loss: String, CaseIterable, Sendable {
        /// All of them are on the disk.
        case nothing

        /// None of them is.
        case everything

        /// Some of them are.
        case some

        /// Some of them are, done in another order.
        case reordered

        /// Some of them are, in another order, and of those only some sectors.
        case torn
    }

    /// Items of the record before the cut.
    let count: Int

    let loss: Loss

    /// Chooses `count` cuts of `record`, in the order of time.
    ///
    /// Half of them fall between two flushes with several writes between them, where most is at
    /// stake; the others anywhere, which is often just after a promise was made.
    static func choose(_ count: Int, in record: DiskRecord, _ dice: inout Dice) -> [PowerCut] {
        let flushes = record.items.indices.filter {
            if case .flush = record.items[$0] { true } else { false }
        }
        let busy = zip(flushes, flushes.dropFirst()).filter { $1 - $0 > 3 }
        return (0..<count).map { number -> PowerCut in
            var place = dice.number(0..<(record.items.count + 1))
            if dice.happens(50), let (start, end) = busy.randomElement(using: &dice) {
                place = dice.number(start + 2..<end + 1)
            }
            return PowerCut(count: place, loss: Loss.allCases[number % Loss.allCases.count])
        }
        .sorted { $0.count < $1.count }
    }
}
