import Encoding
import Files
import Manifests
import Provenance

/// Seals a window exactly once, whatever a kill leaves (telemetry.md §6).
extension TelemetryReporter {
    /// Seals the open window, and begins the next one.
    ///
    /// What is about to be sealed is written down first. After a crash the records since then tell
    /// whether it was.
    ///
    /// - Parameters:
    ///   - left: what has left its band, by name.
    ///   - early: whether the statement is one beside those that each window ends with.
    mutating func seal(_ left: [String] = [], early: Bool = false) throws(SpoolError) {
        guard let signer else { preconditionFailure("what only looks seals nothing") }
        let now = clock.wall()
        if try settle() { return }
        if early { state.countEarly(at: now) }
        if !left.isEmpty { state.fineUntil = now + TelemetryLimit.finePhase }
        state.sealing = TelemetryState.Sealing(next: try spool.tip().next, to: now, left: left)
        try saved()
        let (window, figures) = (state.window, figures)
        let thread = Self.thread(of: spool.settings.spool)
        let fresh = Freshness(issuedAt: UInt64(max(0, now)))
        let record = try spool.seal(name: Self.recordName) {
            chain throws(SignerError) in
            var dropped = 0
            while true {
                let members = window.members(
                    to: now, left: left, figures: figures, dropped: dropped)
                let record = try signer.sign(
                    PredicateType.telemetry, members, thread: thread, chain: chain, fresh)
                guard record.bytes.count > TelemetryLimit.recordBytes,
                    dropped < window.measured.count
                else { return record }
                dropped += 1
            }
        }
        let span = window.span(to: now)
        onEvent(
            .sealed(
                record, from: span["from"]?.text ?? "", to: span["to"]?.text ?? "", left: left))
        begin(at: now)
    }

    /// Takes one sample, and seals what was measured since the last statement; where there were too
    /// many already today, it is kept for the next run.
    package mutating func report() throws(SpoolError) {
        let news = measure()
        let passed = clock.steady() - begun.steady
        // A timer of an hour is some seconds early at times.
        let isEarly = passed < TelemetryLimit.wholeWindow * options.window
        guard !isEarly || state.mayBeEarly(at: clock.wall()) else {
            onEvent(.kept)
            return try saved()
        }
        try seal(news, early: isEarly)
    }

    /// Samples until the task is cancelled, and then seals what is left; ends, too, where the spool
    /// was adopted.
    package mutating func follow() async {
        var isFirst = true
        while !Task.isCancelled, !isAdopted {
            step()
            if isFirst { onEvent(.following) }
            isFirst = false
            do throws(CancellationError) {
                try await clock.sleep(options.interval)
            } catch {
                break
            }
        }
        if !isAdopted { finish() }
    }

    /// Seals what was measured since the last statement; where there were too many already today,
    /// it is kept for the next start.
    package mutating func finish() {
        do throws(SpoolError) {
            if state.window.samples > 0, state.mayBeEarly(at: clock.wall()) {
                try seal(early: true)
            } else {
                try saved()
            }
        } catch {
            onEvent(.notSealed(error))
        }
    }

    /// Looks whether the window that was about to be sealed has been, by a command that did not
    /// come to its end; then the next one is opened.
    @discardableResult
    mutating func settle() throws(SpoolError) -> Bool {
        guard signer != nil, let sealing = state.sealing else { return false }
        let isThere = try SealedRecords(spool).hasTelemetry(
            about: state.window.span(to: sealing.to), from: sealing.next,
            below: spool.tip().next)
        state.sealing = nil
        if isThere { begin(at: sealing.to) }
        return isThere
    }

    /// Ends the window, and begins the next one at `time`.
    private mutating func begin(at time: Double) {
        // A window that was cut short says little of where the values are usually.
        if clock.steady() - begun.steady >= options.window / 2 {
            for (value, series) in state.window.series where value.leastHalf != nil {
                state.bands[value, default: TelemetryBand()].add(series)
            }
        }
        state.window = TelemetryWindow(from: time)
        state.sealing = nil
        begun = beginning
        save()
    }

    /// What both clocks said when the open window began: from then on only the steady one counts.
    var beginning: (wall: Double, steady: Double) {
        let passed = max(0, clock.wall() - state.window.from)
        return (state.window.from, clock.steady() - passed)
    }

    /// Saves the state; a failure is told, and the next time it is tried again.
    mutating func save() {
        do throws(SpoolError) {
            try saved()
        } catch {
            if case .unwritable(let error) = error { onEvent(.notSaved(error)) }
        }
    }

    private mutating func saved() throws(SpoolError) {
        guard signer != nil else { return }
        do throws(FileError) {
            try state.write(in: folder)
            samplesSinceSave = 0
        } catch {
            throw .unwritable(error)
        }
    }

    /// The thread of a spool's telemetry: the spool's id, as a UUID is written.
    private static func thread(of spool: [UInt8]) -> Text {
        let hex = Array(Hex.encode(spool))
        let groups = [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]]
        return Text("urn:uuid:" + groups.map { String($0) }.joined(separator: "-"))
    }
}
