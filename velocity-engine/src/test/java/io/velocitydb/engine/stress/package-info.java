/**
 * The parts that work without locks under jcstress, which tries two threads against each other
 * millions of times and judges every outcome. The classes named {@code *Stress} lie beside what
 * they test; start at {@link io.velocitydb.engine.stress.StressTest}.
 */
@NullMarked
package io.velocitydb.engine.stress;

import org.jspecify.annotations.NullMarked;
