package import HTTPService
import NIOCore

/// Where a ledger is served, and what is allowed.
package struct ServerOptions: Sendable {
    /// Where clients come, and what holds for any service.
    package var service: ServiceOptions

    /// The path of the control socket; nil makes none.
    package var control: String?

    /// The long work that the control socket offers.
    package var jobs = ControlJob.all

    /// What clients may register and ask.
    package var limits = LedgerLimits()

    /// The search for pictures that look alike; nil has none.
    package var similar: SimilarEntries?

    /// Pages for people, by paths that begin with "/" and leave out the origin's; nil has none.
    package var site: (any Routes)?

    /// What else somebody should look at although requests are answered, a line each.
    package var warnings: @Sendable () -> [String] = { [] }

    /// How often others are asked about heads, for those who wait for their evidence.
    package var evidenceIntervals = EvidenceIntervals()

    /// Nanoseconds of a clock that never goes back, by which rates are counted.
    package var monotonicClock: @Sendable () -> UInt64 = { NIODeadline.now().uptimeNanoseconds }

    /// Options for a server at one address.
    package init(listen: ListenAddress) {
        service = ServiceOptions(listen: listen)
    }
}
