/**
 * Tests that look at the whole tree: what each module may depend on, how packages and files are
 * kept, the build's own scripts, and that the documentation tells the truth. They need compiled
 * classes but no running server. Start with {@code ModuleRulesTest}.
 */
@NullMarked
package io.velocitydb.e2e.repository;

import org.jspecify.annotations.NullMarked;
