import Checkpoints
package import HTTPService
package import Ledger
import ServiceLifecycle

/// What a ledger shows to people: a small site, and one page for the operator.
///
/// Pages are made by a queue of their own (``ReaderQueue``). They are HTML without scripts but for
/// the verifier, without cookies, and ask nobody but this ledger for anything.
///
///     Explorer      which path is which page: begin here
///     Pages         what stands on each
///     Judgement     what is proven of an entry, and of the life of its work
///     Operations    the figures that the alerts watch
///     Drawing       pictures
///     Site          templates, escaping, fields
package final class Explorer: Routes, Service {
    private let pages: SitePages
    private let hasSite: Bool
    private let ring: FigureRing
    private let warnings: @Sendable () -> [String]
    private let queue: ReaderQueue
    private let problems: ProblemPage
    private let likeness: LikenessPage

    /// Prepares the pages of a ledger.
    ///
    /// - Parameters:
    ///   - ledger: what is shown.
    ///   - hasSite: whether there are pages for everybody; the operator's is there in any case, and
    ///     so is that of the table of what a perceptual hash survives.
    ///   - ring: the figures of the operator's page.
    ///   - warnings: what somebody should look at beside what the ledger says itself.
    ///   - clock: POSIX seconds.
    package init(
        _ ledger: Ledger, hasSite: Bool, figures ring: FigureRing,
        warnings: @escaping @Sendable () -> [String] = { [] },
        clock: @escaping @Sendable () -> UInt64 = SystemClock.seconds
    ) {
        pages = SitePages(ledger, clock: clock)
        queue = ReaderQueue("pages", .pages) { ledger.isRegistering }
        self.hasSite = hasSite
        self.ring = ring
        self.warnings = warnings
        problems = ProblemPage(origin: "\(ledger.origin)", base: ledger.origin.path)
        likeness = LikenessPage(origin: "\(ledger.origin)", hasSite: hasSite)
    }

    /// The figures of the last hour, with what somebody should look at.
    package var report: OperationsReport {
        OperationsReport(
            ring, trouble: pages.ledger.readiness, warnings: pages.ledger.warnings + warnings())
    }

    /// Waits until everything is answered, and ends the thread that makes pages.
    package func run() async {
        try? await gracefulShutdown()
        queue.stop()
    }

    /// Finds the page of a path that begins with "/" and leaves out the origin's.
    package func route(to path: String) -> Route? {
        guard let resource = SiteResource(path) else { return nil }
        let pattern = resource.pattern
        switch resource {
        case .operations:
            return .queued(pattern, by: queue, isOperational: true) { [self] exchange in
                OperationsPage(report: report, origin: pages.origin).reply(to: exchange)
            }
        case .operationsStyle:
            return .get(pattern, isOperational: true) { Self.file("Templates/site.css", $0) }
        case .operationsIcon:
            return .get(pattern, isOperational: true) { Self.file("Templates/icon.svg", $0) }
        case .likeness: return .get(pattern) { [likeness] in likeness.reply(to: $0) }
        case .style: return .get(pattern) { SiteStyle.reply(to: $0) }
        case .icon: return .get(pattern) { Self.file("Templates/icon.svg", $0) }
        case _ where !hasSite: return nil
        case .verifyFile(let name) where name != VerifyFiles.saved:
            guard VerifyFiles.has(name) else { return nil }
            return .get(pattern) { VerifyFiles.reply(name, to: $0) }
        case .verifyFile, .front, .find, .log, .entry, .code, .verify:
            return .queued(pattern, by: queue) { [self] exchange throws(Problem) in
                try page(resource, exchange)
            }
        }
    }

    private func page(_ resource: SiteResource, _ exchange: Exchange) throws(Problem) -> Reply {
        switch resource {
        case .front: pages.front(exchange)
        case .find: try pages.find(exchange)
        case .log: try pages.log(exchange)
        case .entry(let id): try pages.entry(id, exchange)
        case .code(let id): try pages.code(id, exchange)
        case .verify: try pages.verify(exchange)
        case .verifyFile: try pages.savedVerifier(exchange)
        case .likeness, .style, .icon, .operations, .operationsStyle, .operationsIcon:
            preconditionFailure("answered without a page")
        }
    }

    /// A problem is a page for whoever asks for one.
    package func reply(to problem: Problem, _ exchange: Exchange) -> Reply {
        let accepted = exchange.accepted
        guard hasSite,
            accepted.prefers(
                MediaType.html, to: MediaType.problemJSON, MediaType.problemCBOR, MediaType.json)
        else { return problem.reply(to: accepted) }
        return problems.reply(to: problem, exchange)
    }

    /// Answers with a file that the program has inside it.
    private static func file(_ name: String, _ exchange: Exchange) -> Reply {
        PackedReply.reply(name, to: exchange)
    }
}
