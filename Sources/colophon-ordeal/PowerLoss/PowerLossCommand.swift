import ArgumentParser

/// `colophon-ordeal powerloss`: cuts the power of a recorded disk again and again.
struct PowerLossCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "powerloss",
        abstract: "Replays a recorded disk up to a power cut, and checks what is left.",
        discussion: """
            With --unsafe the ledger runs under libeatmydata, which makes every sync do nothing:
            the control, which must lose data. It ends with 1 where it does, and with 2 where
            nothing is lost, because then the method shows nothing.

            The order of writes is tested, not a disk: a folder in memory is best for --folder.
            """)

    @Option(help: "How many power cuts.")
    var images = 1000

    @Flag(name: .customLong("unsafe"), help: "Make every sync of the ledger do nothing.")
    var isWithoutSyncs = false

    @Option(help: "How often the ledger is started while the disk records.")
    var sessions = 8

    @Option(help: "The program recording-disk.")
    var recorder: String

    @OptionGroup var common: OrdealOptions

    func run() async throws {
        // The control without syncs is to lose data: nobody looks for the reason.
        let keeps = { (error: OrdealError) in
            if isWithoutSyncs, case .broken = error { false } else { true }
        }
        try await common.run("powerloss", of: "\(images) images", keeps: keeps) { folder, seed in
            let begin = ContinuousClock.now
            let result = try await PowerLossOrdeal(
                desk: folder, recorder: recorder, isUnsafe: isWithoutSyncs, sessions: sessions,
                seed: seed
            ).run(images: images)
            try judge(result, Int((ContinuousClock.now - begin) / .seconds(1)))
        }
    }

    private func judge(_ result: PowerLossOrdeal.Result, _ seconds: Int) throws {
        let figures =
            "\(result.images) images, \(result.writesAtStake) writes at stake, "
            + "\(result.repaired) file systems repaired by e2fsck first, \(seconds) s"
        let failed = result.failures.count
        switch (failed, isWithoutSyncs) {
        case (0, false): say("powerloss: every promise held: \(figures)")
        case (0, true):
            throw OrdealError.cannotRun(
                "the control without syncs lost nothing, so this shows nothing: \(figures)")
        case (_, true):
            throw OrdealError.broken(
                "\(failed) of \(result.images) disks, as it must be without syncs: \(figures)")
        case (_, false):
            throw OrdealError.broken("\(failed) of \(result.images) disks: \(figures)")
        }
    }
}
