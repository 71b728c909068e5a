package import Hummingbird
package import NIOCore

/// What Hummingbird hands over with a request.
package struct ChannelContext: InitializableFromSource {
    package let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}
