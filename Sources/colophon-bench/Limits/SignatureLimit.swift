import Encoding
import Foundation
import Provenance
import Studio
import Synchronization

/// How many signatures the machine can check: one thread on every core at the same time.
enum SignatureLimit {
    /// Checks between two looks at the clock.
    private static let round = 64

    /// What one check computes on one thread, in seconds: verification has one, too.
    static func seconds(in workshop: Workshop) throws -> Double {
        let records = try (0..<1024).map { try workshop.captures.record($0) }
        return try measure(records[...], by: workshop.verificationKey, threads: 1).computed
    }

    /// Returns the checks per second of the key that the ledger itself would use.
    static func measure(_ records: ArraySlice<SignedRecord>, by key: VerificationKey) throws -> Rate
    {
        try measure(records, by: key, threads: ProcessInfo.processInfo.activeProcessorCount)
    }

    /// The same with so many threads.
    static func measure(
        _ records: ArraySlice<SignedRecord>, by key: VerificationKey, threads: Int
    ) throws -> Rate {
        let samples = records.prefix(1024).map { ($0.statement.signature, $0.statement.toBeSigned) }
        let total = Mutex((checks: 0, failures: 0))
        let computed = Rate.ownSeconds
        let start = ContinuousClock.now
        let end = start + .seconds(1)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            var checks = 0
            var failures = 0
            while ContinuousClock.now < end {
                for _ in 0..<round {
                    let (signature, message) = samples[checks % samples.count]
                    if !key.isValid(signature: signature, for: message) { failures += 1 }
                    checks += 1
                }
            }
            total.withLock { $0 = ($0.checks + checks, $0.failures + failures) }
        }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let (checks, failures) = total.withLock { $0 }
        guard failures == 0 else { throw BenchError("\(failures) signatures are not valid") }
        return Rate(
            perSecond: Double(checks) / elapsed,
            computed: (Rate.ownSeconds - computed) / Double(checks))
    }
}
