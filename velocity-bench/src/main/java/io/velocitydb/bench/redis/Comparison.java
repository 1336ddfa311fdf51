package io.velocitydb.bench.redis;

import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.bench.statistics.Turns;
import io.velocitydb.config.Keys.Durability;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs trials on both servers. First the ceiling; then for each durability turns, in each of which
 * one server is started, filled, taken through all trials, and ended: so that what one of them
 * still owes its disk never falls into the other's time.
 *
 * <p>Every turn has its share of the time that is left; trials that it does not get to are left
 * out, and said to be.
 */
final class Comparison {
  private static final int WARM_UPS_BEFORE_CEILING = 4;

  private final Path work;
  private final Scale scale;
  private final long end;
  private final boolean resp;
  private final PrintWriter progress;
  private final Found found = new Found();
  private final List<String> failures = new ArrayList<>();

  /**
   * @param budget after which no measurement is begun any more
   * @param resp whether Velocity can speak RESP
   */
  Comparison(Path work, Scale scale, Duration budget, boolean resp, PrintWriter progress) {
    this.work = work;
    this.scale = scale;
    this.resp = resp;
    this.progress = progress;
    end = System.nanoTime() + budget.toNanos();
  }

  /** What a turn is: who is measured, with which durability. */
  private record Turn(Side side, Durability durability, List<Trial> trials) {
    /** Starting and filling a server take about as long as so many trials. */
    private static final int START_WEIGHT = 4;

    /** How much of the time it needs. */
    int weight() {
      return START_WEIGHT + trials.size();
    }
  }

  /** Measures them all. */
  Found run(List<Trial> trials) throws InterruptedException {
    List<Turn> turns = turns(trials);
    long ceilings = trials.stream().map(Trial::ceilingId).distinct().count();
    long left = ceilings + turns.stream().mapToLong(Turn::weight).sum();
    ceilings(trials, share(ceilings, left));
    left -= ceilings;
    Map<Durability, Map<Side, Integer>> rounds = new EnumMap<>(Durability.class);
    for (Turn turn : turns) {
      int round =
          rounds
              .computeIfAbsent(turn.durability(), key -> new EnumMap<>(Side.class))
              .merge(turn.side(), 1, Integer::sum);
      if (end - System.nanoTime() > 0) {
        measure(turn, round, share(turn.weight(), left));
      }
      left -= turn.weight();
    }
    return found;
  }

  /** Turns that failed, with the reason. */
  List<String> failures() {
    return failures;
  }

  /** ABBA by durability; our turn with TLS follows the one without. */
  private List<Turn> turns(List<Trial> trials) {
    List<Turn> turns = new ArrayList<>();
    for (Durability durability : List.of(Durability.INTERVAL, Durability.ALWAYS)) {
      for (Side side : Turns.of(Side.VELOCITY, Side.REDIS, scale.rounds())) {
        add(turns, side, durability, trials);
        if (side == Side.VELOCITY) {
          add(turns, Side.VELOCITY_TLS, durability, trials);
        }
      }
    }
    return turns;
  }

  private static void add(List<Turn> turns, Side side, Durability durability, List<Trial> trials) {
    List<Trial> mine =
        trials.stream()
            .filter(trial -> trial.durability() == durability && side.takesPartIn(trial))
            .toList();
    if (!mine.isEmpty()) {
      turns.add(new Turn(side, durability, mine));
    }
  }

  /** When what has that weight, of all that is left, has to be over. */
  private long share(long weight, long left) {
    long now = System.nanoTime();
    return now + (long) ((double) (end - now) * weight / left);
  }

  private void ceilings(List<Trial> trials, long deadline) throws InterruptedException {
    for (Via via : Via.values()) {
      List<Trial> mine = trials.stream().filter(trial -> trial.via() == via).toList();
      if (mine.isEmpty()) {
        continue;
      }
      say("ceiling of %s", via.label());
      try (Contender responder = Contender.responder(work, via, scale)) {
        responder.warmUp(
            Command.GET_50_SET_50, scale.warmUp().multipliedBy(WARM_UPS_BEFORE_CEILING));
        Set<String> done = new HashSet<>();
        for (Trial trial : mine) {
          if (done.add(trial.ceilingId()) && deadline - System.nanoTime() > 0) {
            found.putCeiling(trial, responder.measure(trial, false).rate());
          }
        }
      } catch (IOException e) {
        failed("the ceiling of " + via.label(), e);
      }
    }
  }

  private void measure(Turn turn, int round, long deadline) throws InterruptedException {
    String name =
        String.format(
            Locale.ROOT,
            "%s, durability %s, round %d of %d",
            turn.side().label(),
            turn.durability().name().toLowerCase(Locale.ROOT),
            round,
            scale.rounds());
    say("%s: start and fill", name);
    try (Contender contender = start(turn)) {
      for (Trial trial : turn.trials()) {
        if (deadline - System.nanoTime() <= 0) {
          say("%s: its time is over before %s", name, trial.id());
          break;
        }
        Measurement measurement = contender.measure(trial, true);
        found.put(turn.side(), trial, round, measurement);
        say("%-12s %-32s %,12.0f ops/s", turn.side().label(), trial.id(), measurement.rate());
      }
    } catch (IOException e) {
      failed(name, e);
    }
  }

  private Contender start(Turn turn) throws IOException, InterruptedException {
    return switch (turn.side()) {
      case VELOCITY -> Contender.velocity(work, turn.durability(), false, resp, scale);
      case VELOCITY_TLS -> Contender.velocity(work, turn.durability(), true, false, scale);
      case REDIS -> Contender.redis(work, turn.durability(), scale);
    };
  }

  private void failed(String what, IOException failure) {
    StringBuilder reason = new StringBuilder(what).append(" failed");
    for (Throwable at = failure; at != null; at = at.getCause()) {
      reason.append(": ").append(at.getMessage());
    }
    failures.add(reason.toString());
    progress.println(reason);
    progress.flush();
  }

  @SuppressWarnings("AnnotateFormatMethod") // it is no API
  private void say(String form, Object... arguments) {
    progress.println(String.format(Locale.ROOT, form, arguments));
    progress.flush();
  }
}
