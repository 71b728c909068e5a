/// An open file, folder or socket; closed when the value ends.
struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    /// Gives the lock back by a call of its own, where there is one.
    ///
    /// A child that is just being started has the descriptor, too, until its program begins: to
    /// close ours would leave the lock with it for that moment.
    deinit {
        System.releaseLock(number)
        System.close(number)
    }
}
