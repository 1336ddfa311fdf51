/**
 * Which keys are read and written most: a sketch per event loop, of bounded size and next to no
 * cost, whose figures are put together when somebody asks. Start at {@link
 * io.velocitydb.server.hotkeys.HotKeys}.
 */
@NullMarked
package io.velocitydb.server.hotkeys;

import org.jspecify.annotations.NullMarked;
