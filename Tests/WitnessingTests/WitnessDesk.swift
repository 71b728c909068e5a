import Checkpoints
import Encoding
import Files
import Synchronization
import TestSupport
import TestWitness
import Witnessing

/// A witness in a folder of its own, with a clock that stands where a test puts it.
final class WitnessDesk: Sendable {
    let folder: TemporaryFolder
    let witness: Witness
    private let logs: String
    private let clock: Clock
    private let fault: JournalFaultHook?

    private final class Clock: Sendable {
        let time = Atomic<UInt64>(1_800_000_000)
    }

    private let observe: @Sendable (WitnessEvent) -> Void
    private let oldByteLimit: Int?

    convenience init(
        _ logs: String, in folder: TemporaryFolder? = nil, oldByteLimit: Int? = nil,
        fault: JournalFaultHook? = nil,
        observe: @escaping @Sendable (WitnessEvent) -> Void = { _ in }
    ) throws {
        try self.init(
            logs, folder ?? TemporaryFolder("witness"), Clock(), oldByteLimit, fault, observe)
    }

    private init(
        _ logs: String, _ folder: TemporaryFolder, _ clock: Clock, _ oldByteLimit: Int?,
        _ fault: JournalFaultHook?,
        _ observe: @escaping @Sendable (WitnessEvent) -> Void
    ) throws {
        self.logs = logs
        self.folder = folder
        self.clock = clock
        self.fault = fault
        self.observe = observe
        self.oldByteLimit = oldByteLimit
        var options = WitnessOptions(folder: try Folder(folder.path)) {
            clock.time.load(ordering: .relaxed)
        }
        options.fault = fault
        if let oldByteLimit { options.oldByteLimit = oldByteLimit }
        witness = try Witness(
            Self.cosigner(), for: KnownLogs(parsing: Array(logs.utf8)), options, observe: observe)
    }

    deinit { witness.stop() }

    static func cosigner(_ name: Text = "witness.example", seed: UInt8 = 77) throws -> Cosigner {
        try Cosigner(name: name, key: SigningKey(seed: seed))
    }

    /// The time of its clock, POSIX seconds.
    var time: UInt64 {
        get { clock.time.load(ordering: .relaxed) }
        set { clock.time.store(newValue, ordering: .relaxed) }
    }

    /// Ends the witness, and opens its folder again.
    func reopened() throws -> WitnessDesk {
        witness.stop()
        return try WitnessDesk(logs, folder, clock, oldByteLimit, fault, observe)
    }

    /// Asks for a cosignature, and waits for what is decided.
    func ask(_ body: [UInt8]) async -> Result<WitnessedHead, WitnessRefusal> {
        await witness.ask(body)
    }
}

extension Witness {
    /// Asks for a cosignature, and waits for what is decided.
    func ask(_ body: [UInt8]) async -> Result<WitnessedHead, WitnessRefusal> {
        await withCheckedContinuation { continuation in
            let refusal = add(body) { continuation.resume(returning: $0) }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
    }
}
