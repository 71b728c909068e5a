import Ledger
import NIOCore
import Synchronization

/// Statements that were sent alone and are registered together: those that one look of an event
/// loop at its sockets brings.
///
/// To look for a name in the store costs several times less where many are looked for. Where
/// connections have statements at the same time they share that; where one has, nobody waits for
/// another: the loop registers what it has before it looks at its sockets again.
final class Arrivals: Sendable {
    /// The statements of one loop, which alone touches them.
    private struct Group {
        var statements: [LoneStatement] = []
        var byteCount = 0
    }

    private let limits: LedgerLimits
    private let register: @Sendable ([LoneStatement]) -> Void

    /// One for each event loop, of which a process has a few.
    private let groups = Mutex<[ObjectIdentifier: NIOLoopBoundBox<Group>]>([:])

    /// Creates groups of as many statements as the limits say; `register` gets each of them, on
    /// its loop.
    init(_ limits: LedgerLimits, _ register: @escaping @Sendable ([LoneStatement]) -> Void) {
        self.limits = limits
        self.register = register
    }

    /// Registers a statement soon, with others of the loop; at once where it is brought by another
    /// thread than the loop's.
    func add(_ statement: LoneStatement, on loop: any EventLoop) {
        guard loop.inEventLoop else { return register([statement]) }
        let group = group(of: loop)
        let isFirst = group.value.statements.isEmpty
        group.value.statements.append(statement)
        group.value.byteCount += statement.bytes.count
        if isFull(group.value) {
            registerAll(in: group)
        } else if isFirst {
            loop.execute { self.registerAll(in: group) }
        }
    }

    private func isFull(_ group: Group) -> Bool {
        group.statements.count >= limits.arrivalItems || group.byteCount >= limits.arrivalBytes
    }

    /// Registers what has come; nothing where the limits were met before.
    private func registerAll(in group: NIOLoopBoundBox<Group>) {
        let statements = group.value.statements
        guard !statements.isEmpty else { return }
        group.value = Group()
        register(statements)
    }

    private func group(of loop: any EventLoop) -> NIOLoopBoundBox<Group> {
        groups.withLock { groups in
            if let known = groups[ObjectIdentifier(loop)] { return known }
            let new = NIOLoopBoundBox(Group(), eventLoop: loop)
            groups[ObjectIdentifier(loop)] = new
            return new
        }
    }
}
