package health.salus.hl7v2;

import org.springframework.context.SmartLifecycle;

import java.util.List;

/** All ports on which messages come in. */
final class MllpListeners implements SmartLifecycle {

    private final List<MllpServer> servers;
    private volatile boolean running;

    MllpListeners(List<MllpServer> servers) {
        this.servers = List.copyOf(servers);
    }

    @Override
    public synchronized void start() {
        try {
            servers.forEach(MllpServer::start);
            running = true;
        } finally {
            if (!running) {
                servers.forEach(MllpServer::stop);
            }
        }
    }

    /** Takes no new connections, lets frames that have started be answered, and closes. */
    @Override
    public synchronized void stop() {
        running = false;
        servers.forEach(MllpServer::stop);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Tells whether connections are taken on every port. */
    boolean isAccepting() {
        return servers.stream().allMatch(MllpServer::isAccepting);
    }

    /** Starts after the workers and stops before them, so that what is acknowledged last is still processed. */
    @Override
    public int getPhase() {
        return MessageWorkers.PHASE + 1;
    }
}
