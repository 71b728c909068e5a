package import Encoding
import Files

/// One sample: what is measured, what is counted, and what of it is news.
extension TelemetryReporter {
    /// Takes a sample, and seals a statement where the window is over, or where something is news.
    package mutating func step() {
        let news = measure()
        guard let length = overdue(news) else {
            samplesSinceSave += 1
            if samplesSinceSave >= TelemetryLimit.samplesPerSave { save() }
            return
        }
        do throws(SpoolError) {
            try seal(news, early: length < options.window)
        } catch {
            onEvent(.notSealed(error))
            if case .adopted = error { isAdopted = true }
        }
    }

    /// Takes a sample, and returns what has left its band with it, by name.
    package mutating func measure() -> [String] {
        let now = (wall: clock.wall(), steady: clock.steady())
        let counted = state.window.counts
        noteStep(now)
        let reading = DeviceSensors.read(root: options.root)
        state.window.count(.unread, UInt64(reading.unread))
        noteTraffic(reading)
        var values = reading.values
        if let ticks = reading.processors {
            values[.cpu] = processors.flatMap { ticks.busy(since: $0) }
        }
        processors = reading.processors
        values[.clock] =
            PoPClock.state(root: options.root, kernel: options.kernel()).uncertaintySeconds
        do throws(SpoolError) {
            values.merge(try SpoolGauge.read(spool, now: now.wall, free: options.free)) { _, new in
                new
            }
            try noteRecords(now.wall)
        } catch {
            state.window.count(.unread)
            onEvent(.notRead(error))
        }
        state.window.add(values)
        last = now
        let increased = TelemetryCount.allCases.filter {
            $0.isNews && state.window.counts[$0] ?? 0 > counted[$0] ?? 0
        }
        return leaving(values).map(\.rawValue) + increased.map(\.rawValue)
    }

    /// What the open window says, if it ended now.
    package var members: JSON.Object {
        state.window.members(to: clock.wall(), left: [], figures: figures)
    }

    private mutating func noteStep(_ now: (wall: Double, steady: Double)) {
        guard let last else { return }
        let step = (now.wall - last.wall) - (now.steady - last.steady)
        guard abs(step) > TelemetryLimit.clockStep else { return }
        state.window.count(.steps)
        onEvent(.clockStepped(step))
    }

    /// Counts bytes since the last sample; an interface that was away begins again.
    private mutating func noteTraffic(_ reading: DeviceSensors.Reading) {
        for (count, new, old) in [
            (TelemetryCount.rx, reading.received, state.received),
            (.tx, reading.sent, state.sent),
        ] {
            guard let new else { continue }
            state.window.count(count, old.map { new >= $0 ? new - $0 : new } ?? 0)
        }
        (state.received, state.sent) = (reading.received, reading.sent)
    }

    private mutating func noteRecords(_ now: Double) throws(SpoolError) {
        let end = try spool.tip().next
        try SealedRecords(spool).add(to: &state, below: end)
        let refused = UInt64(try spool.records(in: .refused).count)
        if refused > state.refused { state.window.count(.refused, refused - state.refused) }
        state.refused = refused
        for path in try WorkCheck(spool).check(&state, now: now, below: end) {
            onEvent(.mismatch(path))
        }
    }

    /// The values that have left their bands with this sample, after as many as it takes.
    private mutating func leaving(_ values: [TelemetryValue: Double]) -> [TelemetryValue] {
        TelemetryValue.allCases.filter { value in
            guard let number = values[value], let least = value.leastHalf,
                let inside = state.bands[value]?.inside(leastHalf: least)
            else { return false }
            guard !inside.contains(number) else {
                state.strays[value] = nil
                state.outside.remove(value)
                return false
            }
            let strays = (state.strays[value] ?? 0) + 1
            state.strays[value] = min(strays, TelemetryLimit.confirmations)
            guard strays >= TelemetryLimit.confirmations else { return false }
            return state.outside.insert(value).inserted
        }
    }

    /// The length of the window that is over, in seconds; nil where none is.
    private func overdue(_ news: [String]) -> Double? {
        let (wall, passed) = (clock.wall(), clock.steady() - begun.steady)
        if passed >= options.window { return options.window }
        guard state.mayBeEarly(at: wall) else { return nil }
        if !news.isEmpty { return passed }
        let isFine = wall <= state.fineUntil && passed >= TelemetryLimit.fineWindow
        return isFine ? passed : nil
    }
}
