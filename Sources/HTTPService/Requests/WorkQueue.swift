/// Makes answers elsewhere than on event loops and on the threads that all share, a few at a time.
package protocol WorkQueue: Sendable {
    /// Takes work for a client, nil where it is a process on this machine; returns false, and
    /// takes nothing, where too much waits already, or too much of the client's.
    ///
    /// What is taken is done, once, on a thread that may block.
    func take(for client: IPAddress.Network?, _ work: @escaping @Sendable () -> Void) -> Bool
}
