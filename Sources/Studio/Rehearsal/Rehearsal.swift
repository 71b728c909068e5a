import Encoding
package import Files
import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Processes
import Provenance
import Synchronization

/// One PoP with synthetic traffic against a ledger that is thrown away: what a metric would be.
///
/// The records are made at a fixed rate, whether the ledger keeps up or not, and the time of each
/// counts from when it was due. So a ledger that stalls shows, and does not slow the traffic down.
package struct Rehearsal: Sendable {
    /// What is measured.
    package enum Metric: String, CaseIterable, Sendable {
        /// The part of the records that got no receipt: refused, or not answered.
        case refusedShare = "refused-share"

        /// The seconds from when a record was due to its receipt, at the middle of all.
        case medianSeconds = "p50-seconds"

        /// The same, which 99 of 100 did not exceed.
        case tailSeconds = "p99-seconds"
    }

    /// The `colophond` that stands beside the program that runs, links followed.
    package static var usualServer: String { Child.sibling("colophond") }

    /// Records a second at the most: one core signs and checks no more beside the ledger.
    package static let rates = 1...2_000

    /// Seconds at the most: an hour.
    package static let lengths = 1...3_600

    /// Records in all: their times are kept.
    package static let recordLimit = 500_000

    private let rate: Int
    private let seconds: Int
    private let server: String

    /// How often what is due is made and sent, as one batch.
    private static let tick: Duration = .milliseconds(100)

    /// Batches that are on their way at once; what is due beyond them waits, and its time counts.
    private static let batchesAtOnce = 16

    /// Plans a rehearsal; nil where it is too long or too fast.
    ///
    /// - Parameter server: the path of `colophond`.
    package init?(rate: Int, seconds: Int, server: String) {
        guard Self.rates.contains(rate), Self.lengths.contains(seconds),
            rate * seconds <= Self.recordLimit
        else { return nil }
        (self.rate, self.seconds, self.server) = (rate, seconds, server)
    }

    /// Makes a ledger, drives the traffic, and removes the ledger.
    ///
    /// - Parameter onProgress: is told how many records of all have been sent.
    package func run(
        onProgress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) async throws(RehearsalError) -> RehearsalResult {
        try await ThrowAwayLedger.with(server: server) { ledger throws(RehearsalError) in
            try await LedgerClient.with(ledger.address) { client throws(RehearsalError) in
                try await drive(ledger.signer, client, onProgress)
            }
        }
    }

    private func drive(
        _ signer: Signer, _ client: LedgerClient,
        _ onProgress: @escaping @Sendable (UInt64, UInt64) -> Void
    ) async throws(RehearsalError) -> RehearsalResult {
        let total = rate * seconds
        let tally = RehearsalTally()
        let start = ContinuousClock.now
        var sent = 0
        var failure: RehearsalError?
        await withTaskGroup(of: Void.self) { group in
            var batches = 0
            while sent < total, failure == nil {
                let elapsed = ContinuousClock.now - start
                let due = min(total, Int((elapsed / .seconds(1)) * Double(rate)) + 1)
                if due > sent {
                    do throws(RehearsalError) {
                        let batch = try records(sent..<due, signer, from: start)
                        group.addTask { await Self.send(batch, client, tally) }
                    } catch {
                        failure = error
                    }
                    sent = due
                    batches += 1
                    onProgress(UInt64(sent), UInt64(total))
                }
                if batches >= Self.batchesAtOnce {
                    await group.next()
                    batches -= 1
                }
                if (try? await Task.sleep(for: Self.tick)) == nil { failure = .stopped }
            }
            if failure != nil { group.cancelAll() }
        }
        if let failure { throw failure }
        return tally.result(of: total)
    }

    /// Makes the records with these numbers, each with the time at which it is due.
    private func records(
        _ numbers: Range<Int>, _ signer: Signer, from start: ContinuousClock.Instant
    ) throws(RehearsalError) -> [RehearsedRecord] {
        var records: [RehearsedRecord] = []
        for number in numbers {
            var draft = ProvenanceDraft()
            draft.creator = "Rehearsal"
            draft.record = RecordText(title: Text("Record \(number) of a rehearsal"))
            let work = Artifact(
                name: Text("\(number)"), digest: .sha256(.random(Hash.byteCount)),
                mediaType: "image/jpeg")
            do throws(SignerError) {
                records.append(
                    RehearsedRecord(
                        signed: try signer.sign(draft, of: work),
                        due: start + .seconds(Double(number) / Double(rate))))
            } catch {
                throw .unsigned(error)
            }
        }
        return records
    }

    /// Sends records, and counts their receipts.
    private static func send(
        _ records: [RehearsedRecord], _ client: LedgerClient, _ tally: RehearsalTally
    ) async {
        do throws(CallError) {
            try await client.registerBatch(records.map(\.signed.bytes)) { index, answer in
                tally.take(answer, for: records[index])
            }
        } catch {
            // Those without an answer are missing in the tally, and count as such.
            tally.note(error)
        }
    }
}

/// A record of a rehearsal.
struct RehearsedRecord: Sendable {
    let signed: SignedRecord

    /// When it was to be sent.
    let due: ContinuousClock.Instant
}

/// Counts what became of the records.
final class RehearsalTally: Sendable {
    private struct State {
        var times: [Double] = []
        var refused = 0
        var reason: String?
    }

    private let state = Mutex(State())

    /// Counts an answer; a receipt that does not fit its record is none.
    func take(_ answer: BatchAnswer, for record: RehearsedRecord) {
        let time = record.due.duration(to: .now) / .seconds(1)
        state.withLock { state in
            switch answer {
            case .accepted(.registered(let receipt)), .accepted(.known(let receipt)):
                do throws(ReceiptError) {
                    _ = try FittingReceipt(receipt, for: record.signed.statement)
                    state.times.append(max(0, time))
                } catch {
                    state.refused += 1
                    state.reason = "a receipt that does not fit"
                }
            case .accepted(.pending): break
            case .refused(let problem):
                state.refused += 1
                state.reason = "\(problem)"
            }
        }
    }

    /// Keeps why some were not answered.
    func note(_ error: CallError) {
        state.withLock { $0.reason = "the ledger \(error)" }
    }

    func result(of sent: Int) -> RehearsalResult {
        state.withLock { state in
            RehearsalResult(
                sent: sent, registered: state.times.count, refused: state.refused,
                times: state.times.sorted(), reason: state.reason)
        }
    }
}

/// What a rehearsal gave.
package struct RehearsalResult: Sendable {
    /// Records that were sent.
    package let sent: Int

    /// Records that have a receipt which fits.
    package let registered: Int

    /// Records that were refused.
    package let refused: Int

    /// Records that were not answered.
    package var unanswered: Int { sent - registered - refused }

    /// Why the last of those failed; nil where none did.
    package let reason: String?

    /// The seconds to each receipt, rising.
    private let times: [Double]

    init(sent: Int, registered: Int, refused: Int, times: [Double], reason: String?) {
        (self.sent, self.registered, self.refused) = (sent, registered, refused)
        (self.times, self.reason) = (times, reason)
    }

    /// The value of a metric; nil where there is none, because no record was registered.
    package func value(_ metric: Rehearsal.Metric) -> MetricNumber? {
        switch metric {
        case .refusedShare: MetricNumber(Self.rounded(Double(sent - registered) / Double(sent)))
        case .medianSeconds: percentile(50)
        case .tailSeconds: percentile(99)
        }
    }

    /// The nearest rank: the smallest time that so many of a hundred do not exceed.
    private func percentile(_ percent: Int) -> MetricNumber? {
        guard !times.isEmpty else { return nil }
        let rank = (times.count * percent + 99) / 100
        return MetricNumber(Self.rounded(times[max(0, rank - 1)]))
    }

    /// To six digits behind the point: microseconds.
    private static func rounded(_ value: Double) -> Double {
        (value * 1_000_000).rounded() / 1_000_000
    }
}

/// Why a rehearsal gave nothing.
package enum RehearsalError: Error {
    /// The temporary folder cannot be made, used or removed.
    case folder(FileError)

    /// `colophond` could not be started, or does not do what it should; in words.
    case server(String)

    /// A record could not be signed.
    case unsigned(SignerError)

    /// Somebody has stopped it.
    case stopped
}

extension RehearsalError: CustomStringConvertible {
    /// The reason in words.
    package var description: String {
        switch self {
        case .folder(let error): "\(error)"
        case .server(let words): words
        case .unsigned(let error): "a record of it could not be signed: \(error)"
        case .stopped: "it was stopped"
        }
    }
}
