import Testing

@testable import Node

/// Clusters of `pg` in memory: every node has the members of all nodes that it is connected to, and monitors heard of them.
@Suite(.timeLimit(.minutes(3))) struct GroupClusterTests {
    @Test(arguments: GlobalClusterTests.seeds) func membersAreThoseOfAllConnectedNodes(seed: UInt64) {
        let cluster = GroupCluster(4, seed: seed)
        cluster.connectAll()
        cluster.happen(30)
        #expect(cluster.becomesQuiet())
        #expect(cluster.disagreements == [])

        cluster.connectAll()
        cluster.happen(5)
        cluster.connectAll()
        #expect(cluster.becomesQuiet())
        #expect(cluster.isWhole)
        #expect(cluster.disagreements == [])
    }
}
