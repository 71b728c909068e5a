import Merkle
package import OpenTimestamps

extension CalendarSubmission {
    /// The whole proof of what was submitted, by a new calendar that writes it into a block of
    /// `time`.
    package func proof(
        in chain: inout TestChain, at time: UInt64
    ) throws -> DetachedTimestamp {
        var calendar = TestCalendar()
        let (answer, commitment) = calendar.submit(posted.bytes, at: UInt32(clamping: time))
        let promise = try proof(reply: answer)
        calendar.anchor(in: &chain, time: UInt32(clamping: time))
        guard let way = calendar.answer(to: commitment) else {
            preconditionFailure("a calendar that has written a digest answers for it")
        }
        return try promise.adding(reply: way, at: commitment)
    }
}
